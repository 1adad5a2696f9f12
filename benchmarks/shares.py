"""Computes shares of pictures with 95 % intervals, and formats them for tables.

Pictures by one person resemble one another, so many pictures by few people carry less information than their number
suggests. If a set says who wrote what, its people are resampled (a cluster bootstrap). The interval is the wider of
that and Wilson's on each side: Wilson's alone would be too narrow, and the bootstrap alone has no width at 0 and 100 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.evaluation.metrics import wilson_interval

ROUNDS = 2000  # draws of a bootstrap
SEED = 7


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of n pictures, 0 to 1, and the ends of its 95 % interval."""

    n: int
    share: float
    low: float
    high: float

    def cells(self, decimals: int = 2, interval_decimals: int = 1) -> str:
        """Return two cells of a Markdown row: the share, and its interval, in percent.

        >>> wilson(99, 100).cells()
        '99.00 | 94.6 to 99.8'
        """
        return f"{100 * self.share:.{decimals}f} | {self.interval(interval_decimals)}"

    def interval(self, decimals: int = 1) -> str:
        """Return the interval in percent."""
        return f"{100 * self.low:.{decimals}f} to {100 * self.high:.{decimals}f}"


def wilson(k: int, n: int) -> Share:
    """Return the share k of n with Wilson's interval; of nothing, 0 with the whole range."""
    low, high = wilson_interval(k, n) if n else (0.0, 1.0)
    return Share(n=n, share=k / max(1, n), low=low, high=high)


def by_cluster(hits: Sequence[bool], clusters: Sequence[str]) -> Share:
    """Return the share of hits, with an interval that counts the people and not only the pictures.

    Args:
        hits: Whether each picture counts, one or more.
        clusters: Who wrote each, or on which form or page or in which photo it is; of the length of `hits`.
    """
    names = sorted(set(clusters))
    places = [names.index(cluster) for cluster in clusters]
    sums, sizes = np.bincount(places, weights=np.asarray(hits, dtype=np.float64)), np.bincount(places)
    share = sum(hits) / len(hits)
    if len(names) == 1:  # one draw like the other says nothing
        return wilson(sum(hits), len(hits))
    draws = np.random.default_rng(SEED).integers(0, len(names), (ROUNDS, len(names)))
    return _widest(share, len(hits), sums[draws].sum(axis=1) / sizes[draws].sum(axis=1))


def one_vote_each(hits: Sequence[bool], clusters: Sequence[str]) -> Share:
    """Return the share of hits where the pictures of a cluster, photos of one digit, share one vote; n counts votes."""
    votes = [
        float(np.mean([hit for hit, own in zip(hits, clusters, strict=True) if own == cluster]))
        for cluster in sorted(set(clusters))
    ]
    draws = np.random.default_rng(SEED).integers(0, len(votes), (ROUNDS, len(votes)))
    return _widest(sum(votes) / len(votes), len(votes), np.asarray(votes)[draws].mean(axis=1))


def over_labels(y_true: UInt8Array, y_pred: UInt8Array, clusters: Sequence[str]) -> Share:
    """Return the mean over the labels of the share of right answers (macro accuracy), a vote for each cluster.

    Args:
        y_true: uint8, shape (n,), 0 to 9.
        y_pred: uint8, shape (n,); what is no label counts as wrong.
        clusters: Pictures of one name and label share one vote; of length n.

    Returns:
        The mean and its interval, each label's votes drawn anew.
    """
    votes: dict[tuple[int, str], list[bool]] = {}
    for label, answer, cluster in zip(y_true.tolist(), y_pred.tolist(), clusters, strict=True):
        votes.setdefault((label, cluster), []).append(label == answer)
    scores = [
        np.array([np.mean(hits) for (own, _), hits in votes.items() if own == label])
        for label in sorted({label for label, _ in votes})
    ]
    generator = np.random.default_rng(SEED)
    means = [values[generator.integers(0, len(values), (ROUNDS, len(values)))].mean(axis=1) for values in scores]
    return _widest(float(np.mean([values.mean() for values in scores])), len(votes), np.mean(means, axis=0))


def _widest(share: float, n: int, drawn: Float64Array) -> Share:
    """Return a share of n with the ends of what was drawn or of Wilson's interval, whichever are further out."""
    low, high = np.percentile(drawn, [2.5, 97.5])
    alone = wilson(round(share * n), n)
    return Share(n=n, share=share, low=min(float(low), alone.low), high=max(float(high), alone.high))
