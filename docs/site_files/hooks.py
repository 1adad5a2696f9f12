"""Hooks of mkdocs: pages of the site that lie elsewhere in the repository, and the links between them.

README.md is the site's first page. The models' cards, the changelog and the like are pages, too. Their links, and those
of docs/ that lead out of it, become links between pages. A link to a source file becomes its text, since the site holds
no source.
"""

import os
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
WEIGHTS = "src/inkdigits/models/weights"
MODELS = ("accurate", "fast", "tutorial", "detector", "line_recognizer")

# file of the repository -> page of the site
OUTSIDE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "mnist/LICENSE.md": "models/mnist-license.md",
    f"{WEIGHTS}/CHANGELOG.md": "models/changes.md",
    **{f"{WEIGHTS}/{name}/README.md": f"models/{name}.md" for name in MODELS},
}
SOURCES = {page: source for source, page in OUTSIDE.items()}
PICTURES = {".png", ".jpg", ".svg"}
SCRIPT = DOCS / "site_files" / "iframe-worker.js"
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that lie outside docs/, two lists of pages, and the script for search in files."""
    for source, page in OUTSIDE.items():
        if (ROOT / source).is_file():
            files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    files.append(File.generated(config, "models/index.md", content=_list_models()))
    files.append(File.generated(config, "decisions/index.md", content=_list_decisions()))
    files.append(File.generated(config, "assets/iframe-worker.js", abs_src_path=str(SCRIPT)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links out of docs/ into links between pages; leave code as it is."""
    here = page.file.src_uri
    folder = (ROOT / SOURCES.get(here, f"docs/{here}")).parent

    def rewrite(match: re.Match[str]) -> str:
        mark, text, link = match.groups()
        path, _, anchor = link.partition("#")
        target = Path(os.path.normpath(folder / path))
        if "://" in link or not path or not target.exists():
            return match[0]
        place = _place(target, config, files)
        if place is None:
            return text
        relative = os.path.relpath(place, Path(here).parent)
        return f"{mark}[{text}]({relative}{'#' if anchor else ''}{anchor})"

    prose, fences = FENCE.split(markdown), [*FENCE.findall(markdown), ""]
    return "".join(LINK.sub(rewrite, part) + fence for part, fence in zip(prose, fences, strict=True))


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Tell browsers and screen readers which pages are Chinese."""
    is_chinese = page.file.src_uri.endswith(".zh-TW.md")
    return output.replace(f'<html lang="{config.theme["language"]}"', '<html lang="zh-TW"') if is_chinese else output


def _place(target: Path, config: MkDocsConfig, files: Files) -> str | None:
    """Return where a file of the repository is on the site; None where it is not."""
    source = target.relative_to(ROOT).as_posix()
    if source in OUTSIDE:
        return OUTSIDE[source]
    if source == "docs/decisions":
        return "decisions/index.md"
    if target.is_relative_to(DOCS) and target.suffix in {".md", *PICTURES}:
        return target.relative_to(DOCS).as_posix()
    if target.suffix not in PICTURES:
        return None
    place = f"pictures/{source.replace('/', '-')}"
    if files.get_file_from_path(place) is None:
        files.append(File.generated(config, place, abs_src_path=str(target)))
    return place


def _list_models() -> str:
    """Return the page of the shipped models, each with the first sentence of its card."""
    lines = ["# Shipped models", "", "Each model has a card of its data, recipe, figures and limits.", ""]
    for name in MODELS:
        card = (ROOT / WEIGHTS / name / "README.md").read_text(encoding="utf-8")
        title = card.partition("\n")[0].lstrip("# ")
        lines.append(f"- [{title}]({name}.md)")
    return "\n".join([*lines, "", "What changed from version to version: [changes](changes.md).", ""])


def _list_decisions() -> str:
    """Return the page of decisions, by number."""
    lines = ["# Decisions", "", "Why a thing is as it is. Each page has context, choice and consequence.", ""]
    for path in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        number, _, name = title.partition(". ")
        lines.append(f"- [{number}: {name}]({path.name})")
    return "\n".join([*lines, ""])
