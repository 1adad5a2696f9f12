"""Draws numbers as people write them, as text: plain, amounts, dates, times, phone numbers, sums."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

__all__ = ["draw_digits", "draw_number"]

_LENGTHS = np.array([0.12, 0.2, 0.2, 0.2, 0.1, 0.07, 0.05, 0.06])  # shares of 1 to 8 digits


def draw_digits(generator: Generator, count: int | None = None) -> str:
    """Return random digits, one to eight; now and then a run of one digit, or a year."""
    count = 1 + int(generator.choice(len(_LENGTHS), p=_LENGTHS)) if count is None else count
    if count == 4 and generator.random() < 0.4:
        return f"{generator.choice(['18', '19', '20'])}{generator.integers(100):02d}"
    if count > 1 and generator.random() < 0.08:
        digit = str(0 if generator.random() < 0.5 else generator.integers(10))
        run = int(generator.integers(1, count))
        return draw_digits(generator, count - run) + digit * run
    return "".join(str(generator.integers(10)) for _ in range(count))


def draw_number(generator: Generator) -> str:
    """Return a number with its signs; a space is a wide gap."""
    names = list(_KINDS)
    shares = np.array([share for _, share in _KINDS.values()])
    return _KINDS[str(generator.choice(names, p=shares / shares.sum()))][0](generator)


def _amount(generator: Generator) -> str:
    whole = str(generator.integers(10 ** int(generator.integers(1, 7))))
    thousands, decimal = (",", ".") if generator.random() < 0.6 else (".", ",")
    groups = f"{int(whole):,}".replace(",", thousands) if generator.random() < 0.6 else whole
    cents = f"{decimal}{generator.integers(100):02d}" if generator.random() < 0.65 else ""
    text = groups + cents
    kind = generator.random()
    if kind < 0.25:
        return f"{generator.choice(list('$$€£¥₹'))}{text}"
    if kind < 0.45:
        return f"{text}{generator.choice(['€', '/-', '/-', '/-', '/=', '-', '--', ' €'])}"
    return text


def _date(generator: Generator) -> str:
    sign = str(generator.choice(list("///.--")))
    day, month = int(generator.integers(1, 32)), int(generator.integers(1, 13))
    year = str(generator.integers(1900, 2040)) if generator.random() < 0.6 else f"{generator.integers(100):02d}"
    form = "{:02d}" if generator.random() < 0.6 else "{}"
    return sign.join([form.format(day), form.format(month), year])


def _time(generator: Generator) -> str:
    return f"{generator.integers(24):02d}{generator.choice([':', '.'])}{generator.integers(60):02d}"


def _phone(generator: Generator) -> str:
    a, b, c = (draw_digits(generator, n) for n in (3, 3, 4))
    return str(generator.choice([f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"{a} {b} {c}"]))


def _negative(generator: Generator) -> str:
    text = draw_digits(generator) if generator.random() < 0.5 else _amount(generator).strip("$€£¥₹/- ")
    return f"-{text}" if generator.random() < 0.6 else f"({text})"


def _percent(generator: Generator) -> str:
    text = draw_digits(generator, int(generator.integers(1, 4)))
    return f"{text}{generator.choice(['', '.5', ',5'])}%"


def _sum(generator: Generator) -> str:
    a, b = int(generator.integers(100)), int(generator.integers(100))
    sign = str(generator.choice(list("+-")))
    return f"{a}{sign}{b}" + (f"={a + b if sign == '+' else a - b}" if generator.random() < 0.6 else "")


def _spaced(generator: Generator) -> str:
    return " ".join(draw_digits(generator, int(generator.integers(1, 4))) for _ in range(int(generator.integers(2, 4))))


_KINDS: Mapping[str, tuple[Callable[[Generator], str], float]] = MappingProxyType(
    {
        "digits": (draw_digits, 0.5),
        "amount": (_amount, 0.18),
        "date": (_date, 0.11),
        "time": (_time, 0.03),
        "phone": (_phone, 0.03),
        "negative": (_negative, 0.07),
        "percent": (_percent, 0.03),
        "sum": (_sum, 0.04),
        "spaced": (_spaced, 0.06),
    }
)
