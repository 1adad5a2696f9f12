"""The letter B as people write it for a grade, as pen strokes.

Alone, a B looks like an 8, so `letter_strokes` leaves it out. In a column of grades it is none: its back is straight,
often drawn by a stroke of its own, and its two bows end there.
"""

from collections.abc import Mapping
from types import MappingProxyType

from inkdigits.training.synthesis.digit_strokes import Form

__all__ = ["GRADE_FORMS"]

_BACK: tuple[tuple[float, float], ...] = ((0.05, 0.0), (0.05, 1.0))
_LEANING_BACK: tuple[tuple[float, float], ...] = ((0.14, 0.0), (0.0, 1.0))
_CORNERS = ((0.0, 0.02), (0.42, 0.06), (0.45, 0.34), (0.1, 0.47), (0.1, 0.47), (0.55, 0.58), (0.52, 0.92), (0.0, 0.98))

GRADE_FORMS: Mapping[str, tuple[Form, ...]] = MappingProxyType(
    {
        "B": (
            (_BACK, _CORNERS),
            (_LEANING_BACK, _CORNERS),
            # the bows begin before the back, or end beyond it
            (_BACK, ((-0.1, 0.05), (0.4, 0.0), (0.48, 0.3), (0.15, 0.48), (0.5, 0.55), (0.55, 0.85), (-0.08, 1.0))),
            # a gap between back and bows: by eye a 1 and a 3
            (_BACK, ((0.18, 0.05), (0.5, 0.08), (0.48, 0.38), (0.25, 0.48), (0.58, 0.6), (0.5, 0.95), (0.15, 1.0))),
            # without lifting the pen: down, up again, and the bows
            (
                (
                    (0.05, 0.05),
                    (0.05, 1.0),
                    (0.05, 1.0),
                    (0.08, 0.1),
                    (0.35, 0.0),
                    (0.45, 0.25),
                    (0.12, 0.48),
                    (0.12, 0.48),
                    (0.5, 0.6),
                    (0.45, 0.92),
                    (0.02, 1.0),
                ),
            ),
            # an upper bow that is open to the left
            (
                _LEANING_BACK,
                ((0.2, 0.0), (0.5, 0.12), (0.15, 0.45), (0.15, 0.45), (0.6, 0.6), (0.45, 0.98), (-0.02, 0.96)),
            ),
        )
    }
)
