"""Turns marks and lines into plain values that JSON can hold."""

from inkdigits.results.marks import Box, Digit, Line, Sign

__all__ = ["digit_values", "line_values", "sign_values"]

_DECIMALS = 6  # of probabilities; more would be noise


def digit_values(digit: Digit) -> dict[str, object]:
    """Return a digit's attributes; the box is [x_min, y_min, x_max, y_max]."""
    return {
        "box": _corners(digit.box),
        "line": digit.line,
        "label": digit.label,
        "confidence": round(digit.confidence, _DECIMALS),
        "outcome": digit.outcome,
        "reason": digit.reason,
        "digit_probability": round(digit.digit_probability, _DECIMALS),
        "printed": round(digit.printed, _DECIMALS),
        "probabilities": [round(value, _DECIMALS) for value in digit.probabilities],
        "band": digit.band,
    }


def sign_values(sign: Sign) -> dict[str, object]:
    """Return a sign's attributes, as of a digit."""
    return {
        "box": _corners(sign.box),
        "line": sign.line,
        "character": sign.character,
        "after": sign.after,
        "confidence": round(sign.confidence, _DECIMALS),
    }


def line_values(line: Line) -> dict[str, object]:
    """Return a line's attributes, as of a digit."""
    return {
        "box": _corners(line.box),
        "text": line.text,
        "written": line.written,
        "words": list(line.words),
        "confidence": round(line.confidence, _DECIMALS),
        "alternatives": [
            {"text": other.text, "confidence": round(other.confidence, _DECIMALS)} for other in line.alternatives
        ],
        "band": line.band,
    }


def _corners(box: Box) -> list[int]:
    return [box.x_min, box.y_min, box.x_max, box.y_max]
