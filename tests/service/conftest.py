"""The service that most tests ask, with the shipped reader."""

from collections.abc import Iterator

import httpx
import pytest

pytest.importorskip("fastapi")

from inkdigits import DigitReader
from inkdigits.service import Limits
from support.serving import PATIENCE_S, Address, serving

LIMITS = Limits(max_body_bytes=300_000, max_pixels=2_000_000, max_pictures=4, max_frames=8)


@pytest.fixture(scope="session")
def address(reader: DigitReader) -> Iterator[Address]:
    """Return where the service listens."""
    with serving(reader, LIMITS) as found:
        yield found


@pytest.fixture
def client(address: Address) -> Iterator[httpx.Client]:
    """Return a client of it."""
    with httpx.Client(base_url=address.url, timeout=PATIENCE_S) as found:
        yield found
