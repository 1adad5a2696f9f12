"""Finds the connected pieces of a mask.

Only inked pixels are looked at, since most of a page is paper.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.spec import Int32Array, Int64Array, UInt8Array

__all__ = ["Pieces", "find_pieces"]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The connected pieces of a mask.

    Attributes:
        count: Of pieces, the paper included.
        labels: int32, shape (H, W): 0 for paper, 1 to count - 1 for the pieces.
        places: int64, shape (n,): where the inked pixels are in the flattened mask, rising.
        owners: int32, shape (n,): the piece of each.
    """

    count: int
    labels: Int32Array
    places: Int64Array
    owners: Int32Array

    def sizes(self) -> Int64Array:
        """Return the pixels of each piece, shape (count,), 0 for the paper."""
        return np.bincount(self.owners, minlength=self.count)

    def stats(self) -> Int32Array:
        """Return left, top, width, height and area of each piece, int32, shape (count, 5), the paper first."""
        height, width = self.labels.shape
        rows, columns = np.divmod(self.places, width)
        left, right = np.full(self.count, width), np.zeros(self.count, dtype=np.int64)
        np.minimum.at(left, self.owners, columns)
        np.maximum.at(right, self.owners, columns)
        top, bottom = np.zeros(self.count, dtype=np.int64), np.zeros(self.count, dtype=np.int64)
        top[self.owners[::-1]] = rows[::-1]  # places rise: the last one written is a piece's first row
        bottom[self.owners] = rows
        stats = np.stack([left, top, right - left + 1, bottom - top + 1, self.sizes()], axis=1)
        stats[0] = 0, 0, width, height, self.labels.size - len(self.places)
        return stats.astype(np.int32)


def find_pieces(mask: UInt8Array, links: UInt8Array | None = None) -> Pieces:
    """Return the pieces of a mask; pixels that touch at a corner are connected.

    Args:
        mask: uint8, shape (H, W), 0 for paper, anything else for ink.
        links: uint8, shape (H, W), the mask and what connects its pieces without being part of them; None if nothing
            does.
    """
    count, found = cv2.connectedComponents(mask if links is None else links, connectivity=8)
    labels = np.asarray(found, dtype=np.int32)
    points = cv2.findNonZero(mask)
    flat = np.empty((0, 2), dtype=np.int64) if points is None else points.reshape(-1, 2).astype(np.int64)
    places = flat[:, 1] * mask.shape[1] + flat[:, 0]
    owners = labels.ravel()[places]
    if links is not None:
        is_used = np.bincount(owners, minlength=count) > 0
        is_used[0] = True
        owners = (np.cumsum(is_used, dtype=np.int32) - 1)[owners]
        count = int(is_used.sum())
        labels = np.zeros_like(labels)
        labels.ravel()[places] = owners
    return Pieces(count, labels, places, owners)
