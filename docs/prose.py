"""Count long sentences, page by page.

    python docs/prose.py             README and docs
    python docs/prose.py PAGE...     these pages, with the long sentences

Code, tables and generated tables do not count. A sentence ends at a period, question mark, exclamation mark or colon
that is followed by a space, and at the end of a paragraph or an item.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_WORDS = 25
OMITTED = re.compile(
    r"^```.*?^```$|<!-- results:.*?<!-- /results -->|<!--.*?-->|^\|[^\n]*$|^#[^\n]*$", re.DOTALL | re.MULTILINE
)
BREAK = re.compile(r"\n\s*\n|\n\s*(?:[-*]|\d+\.)\s+")
END = re.compile(r"(?<=[.?!:])[\"')]*\s+")


def sentences(markdown: str) -> list[str]:
    """Return the sentences of a page."""
    text = re.sub(r"\]\([^)]*\)", "]", OMITTED.sub("\n\n", markdown))
    blocks = (" ".join(block.split()) for block in BREAK.split(text))
    return [sentence for block in blocks for sentence in END.split(block) if sentence]


def long_sentences(markdown: str) -> list[str]:
    """Return those with more words than `MOST_WORDS`."""
    return [sentence for sentence in sentences(markdown) if len(sentence.split()) > MOST_WORDS]


def main() -> int:
    """Print the counts; return the exit code."""
    named = [Path(name) for name in sys.argv[1:]]
    pages = named or [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    total = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found = long_sentences(text)
        total += len(found)
        print(f"{len(found):4} of {len(sentences(text)):4}  {page.resolve().relative_to(ROOT)}")
        for sentence in found if named else []:
            print(f"      {len(sentence.split())}: {sentence}")
    print(f"{total:4} over {MOST_WORDS} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
