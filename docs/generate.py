"""Write the parts of README and docs that commands make: the command reference, and the tables of results.

    python docs/generate.py           write them
    python docs/generate.py --check   fail when one is out of date

docs/cli.md is every command's --help, docs/http.md what the service says of itself. Between `<!-- results:NAME -->` and
`<!-- /results -->`, a page carries the table that a benchmark left in benchmarks/results/NAME.md; nobody types a figure
into a page.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

import http_reference
import short_tables
from inkdigits.cli import cli

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
BLOCK = re.compile(r"(<!-- results:(?P<name>[\w-]+) -->\n).*?(<!-- /results -->)", re.DOTALL)
HELP_WIDTH = 100


def command_reference() -> str:
    """Return docs/cli.md."""
    parts = ["# Commands\n\nMade from each command's `--help` by `make docs`.\n"]
    for name, command in _commands(cli, "inkdigits"):
        context = click.Context(
            command,
            info_name=name,
            max_content_width=HELP_WIDTH,
            terminal_width=HELP_WIDTH,
            help_option_names=["-h", "--help"],
        )
        parts.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from _commands(found, f"{name} {child}")


def with_results(page: str) -> str:
    """Return a page with its result blocks filled; an empty or missing result ends the program with a message."""

    def fill(match: re.Match[str]) -> str:
        table = short_tables.read_table(RESULTS, match["name"])
        if not table:
            expected = "expected a table in benchmarks/results, found none"
            sys.exit(f"{match['name']}.md: {expected}; run its benchmark with --out there")
        return f"{match[1]}{table}\n{match[3]}"

    return BLOCK.sub(fill, page)


def pages() -> dict[Path, str]:
    """Return what each page with generated parts should hold."""
    marked = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    wanted = {path: with_results(path.read_text(encoding="utf-8")) for path in marked}
    wanted[ROOT / "docs" / "cli.md"] = command_reference()
    wanted[ROOT / "docs" / "http.md"] = http_reference.write()
    return wanted


def main() -> int:
    """Write or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = [
        (path, text) for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(f"{'out of date' if options.check else 'written'}: {path.relative_to(ROOT)}")
        if not options.check:
            path.write_text(text, encoding="utf-8")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
