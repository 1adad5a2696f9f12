"""Print every installed library with its version and license as a table; fail when one says none.

python release/licenses.py
"""

import sys
from importlib.metadata import Distribution, distributions

MOST_CHARACTERS = 60  # of a name of a license; longer is the license's text itself
OURS = {"inkdigits", "inkdigits-mnist", "inkdigits-web"}


def find_license(library: Distribution) -> str | None:
    """Return what a library says of its license: an SPDX expression, a short name, or its classifiers."""
    said = library.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    classifiers = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if line.startswith("License")]
    if named := [name for name in classifiers if name != "OSI Approved"]:
        return ", ".join(named)
    short = said["License"].strip().partition("\n")[0] if "License" in said else ""
    if short and len(short) <= MOST_CHARACTERS:
        return short
    return "see its license file" if said.get_all("License-File") or short else None


def main() -> int:
    """Print the table; return the exit code."""
    found = {each.metadata["Name"].lower(): each for each in distributions()}
    print("| library | version | license |\n|---|---|---|")
    unknown = []
    for name, library in sorted(found.items()):
        told = find_license(library)
        if told is None and name not in OURS:
            unknown.append(name)
        print(f"| {name} | {library.version} | {told or '-'} |")
    if unknown:
        print(f"expected a license of each library, found none of {', '.join(unknown)}; look it up", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
