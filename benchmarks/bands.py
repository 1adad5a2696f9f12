"""Measures whether the bands of confidence hold: of what is in a band, the share that is right, by development set.

    python benchmarks/bands.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--sets NAME,NAME] [--limit N]

Prints a Markdown table and, with --out, writes it as bands.md and bands.json. The sets fitted nothing.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from confidence import Answered, Bools, ask_sets
from findings import state_facts, write_findings
from inkdigits.results.bands import BANDS, Band, find_band
from inkdigits.spec import Float64Array
from shares import Share, by_cluster

_LEAST = {"999 of 1000": 0.999, "99 of 100": 0.99, "95 of 100": 0.95, "fewer": 0.0}  # what each band promises
_NOTE = """
Each cell: of the digits or lines in the band, the share that is right, its 95 % interval, and how many there are by how
many writers, forms, pages or photos. Line: all digits of a picture, its lines joined; unsure ones count with what was
read. Below: the share is less than the band says. **Bold**: so is its whole interval, and the band does not hold there.
Intervals: writers, forms, pages or photos drawn anew, or Wilson's where that is wider."""


@dataclass(frozen=True, kw_only=True)
class Held(Share):
    """The right share of what a set has in a band."""

    name: str
    per: str
    band: Band
    writers: int

    def cell(self) -> str:
        """Return the cell of a Markdown row, which tells where the share or its interval is below the band."""
        told = f"{100 * self.share:.2f} ({self.interval()}), {self.n:,} by {self.writers:,}"
        told += ", below" if self.share < _LEAST[self.band] else ""
        return f"**{told}**" if self.high < _LEAST[self.band] else told


def hold(name: str, answered: Answered) -> list[Held]:
    """Return what a set has in each band, by digit and by line; nothing for a band that is empty."""
    lines = [own for own, sure in zip(answered.clusters, answered.line, strict=True) if sure > 0]
    found = answered.line > 0
    return [
        *_hold(name, "digit", answered.digit, answered.is_right_digit, answered.digit_clusters),
        *_hold(name, "line", answered.line[found], answered.is_right[found], lines),
    ]


def _hold(name: str, per: str, sure: Float64Array, is_right: Bools, clusters: Sequence[str]) -> list[Held]:
    bands = np.array([find_band(float(one)) for one in sure])
    rows = []
    for band in BANDS:
        places = np.flatnonzero(bands == band).tolist()
        if places:
            own = [clusters[place] for place in places]
            share = by_cluster([bool(is_right[place]) for place in places], own)
            rows.append(Held(**vars(share), name=name, per=per, band=band, writers=len(set(own))))
    return rows


def to_markdown(rows: Sequence[Held]) -> str:
    """Return a row for each set, for digits and for lines, and a column for each band."""
    cells = {(row.name, row.per, row.band): row.cell() for row in rows}
    lines = [f"| development set | of | {' | '.join(BANDS)} |", "|---|---|" + "---|" * len(BANDS)]
    for name, per in dict.fromkeys((row.name, row.per) for row in rows):
        told = " | ".join(cells.get((name, per, band), "-") for band in BANDS)
        lines.append(f"| {name} | {per}s | {told} |")
    return "\n".join(lines)


def join(sets: Sequence[tuple[str, Answered]]) -> Answered:
    """Return the answers of all sets together; writers of different sets are different ones."""
    return Answered(
        [f"{name} {cluster}" for name, one in sets for cluster in one.clusters],
        np.concatenate([one.line for _, one in sets]),
        np.concatenate([one.is_right for _, one in sets]),
        np.concatenate([one.is_silent for _, one in sets]),
        np.concatenate([one.has_doubt for _, one in sets]),
        np.concatenate([one.digit for _, one in sets]),
        np.concatenate([one.is_right_digit for _, one in sets]),
        [f"{name} {cluster}" for name, one in sets for cluster in one.digit_clusters],
    )


def main() -> None:
    """Measure every set that is there."""
    arguments, reader, answered = ask_sets(__doc__)
    read = list(answered.items())
    rows = [row for name, one in (*read, ("all of them", join(read))) for row in hold(name, one)]
    table = "\n".join([to_markdown(rows), _NOTE, "", state_facts(reader.info), ""])
    print(table, end="")
    if arguments.out:
        values = {"limit": arguments.limit, "rows": [asdict(row) for row in rows]}
        write_findings(arguments.out, "bands", table, reader.info, values)


if __name__ == "__main__":
    main()
