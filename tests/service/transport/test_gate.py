"""Who is let in: by the name that was asked for, by the page that asks, and by a key."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from inkdigits import DigitReader
from inkdigits.service import Limits
from inkdigits.service.transport.envelope import SECURITY_HEADERS
from inkdigits.service.transport.gate import is_local
from support.serving import PATIENCE_S, Address, serving

CELL = (Path(__file__).parents[3] / "samples" / "cell-5.png").read_bytes()
PNG = {"Content-Type": "image/png"}
KEY = "a key of many letters"
HERE = "inkdigits.example.org"
FRIEND = "https://friend.example.org"


@pytest.fixture(scope="module")
def strict(reader: DigitReader) -> Iterator[Address]:
    """Return a service that is strict about names and pages."""
    with serving(reader, Limits(), allowed_hosts=[HERE], allowed_origins=[FRIEND]) as address:
        yield address


@pytest.fixture(scope="module")
def locked(reader: DigitReader) -> Iterator[Address]:
    """Return a service that wants a key."""
    with serving(reader, Limits(), api_key=KEY, allowed_origins=[FRIEND]) as address:
        yield address


def read(address: Address, headers: Mapping[str, str]) -> httpx.Response:
    return httpx.post(f"{address.url}/v1/read", content=CELL, headers={**PNG, **headers}, timeout=PATIENCE_S)


@pytest.mark.parametrize(
    "host",
    [HERE, f"{HERE.upper()}:8000", f"{HERE}.", "localhost:1", "a.localhost", "127.0.0.1", "10.1.2.3:80", "[::1]:80"],
)
def test_its_own_names_and_addresses_are_answered(strict: Address, host: str) -> None:
    assert read(strict, {"Host": host}).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    "host",
    ["evil.example.com", f"{HERE}.evil.example.com", "localhost.evil.example.com", "127.0.0.1.nip.io", "[::1", "é"],
)
@pytest.mark.parametrize("path", ["/v1/read", "/healthz", "/", "/v2"])
def test_a_name_that_leads_here_is_refused(strict: Address, host: str, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    answer = strict.exchange(head.encode("latin-1"))
    if host == "[::1":
        return  # h11 lets it pass, and it is no name
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"--allow-host" in answer
    assert all(name.lower().encode() in answer.lower() for name in SECURITY_HEADERS)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": FRIEND},
        {"Origin": "http://127.0.0.1:{port}"},
        {"Origin": "https://behind.example.org", "Sec-Fetch-Site": "same-origin"},  # a proxy changed the name
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_its_own_page_and_allowed_ones_are_answered(strict: Address, headers: dict[str, str]) -> None:
    filled = {name: value.format(port=strict.port) for name, value in headers.items()}
    assert read(strict, filled).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://[", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example.com", "Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/read", "/v2/models/accurate/infer"])
def test_foreign_pages_are_refused(strict: Address, headers: dict[str, str], path: str) -> None:
    response = httpx.post(f"{strict.url}{path}", content=CELL, headers={**PNG, **headers}, timeout=PATIENCE_S)
    assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
    assert "--allow-origin" in response.json()["detail"]


def test_what_a_browser_sends_without_asking_is_refused_by_its_type(strict: Address) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        response = httpx.post(
            f"{strict.url}/v2/models/accurate/infer", content=b"{}", headers={"Content-Type": kind}, timeout=PATIENCE_S
        )
        assert response.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE
        assert "expected application/json" in response.json()["error"]
    assert read(strict, {"Content-Type": "text/plain"}).status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


@pytest.mark.parametrize("sent", [f"Bearer {KEY}", f"bearer {KEY}", basic(KEY)])
def test_who_has_the_key_is_answered(locked: Address, sent: str) -> None:
    assert read(locked, {"Authorization": sent}).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer another", KEY, "Basic ?", "Basic /w==", basic("another"), "Bearer \xe9"]
)
@pytest.mark.parametrize("path", ["/v1/read", "/", "/metrics", "/docs", "/v2", "/nowhere"])
def test_who_has_not_is_asked_for_it(locked: Address, sent: str, path: str) -> None:
    headers = [(b"Authorization", sent.encode("latin-1"))] if sent else []
    response = httpx.get(f"{locked.url}{path}", headers=headers, timeout=PATIENCE_S)
    assert response.status_code == httpx.codes.UNAUTHORIZED
    assert response.headers["www-authenticate"].startswith("Basic ")
    assert KEY not in response.text


def test_probes_and_the_questions_of_browsers_need_no_key(locked: Address) -> None:
    for path in ("/healthz", "/readyz", "/v2/health/live", "/v2/health/ready"):
        assert httpx.get(f"{locked.url}{path}", timeout=PATIENCE_S).status_code == httpx.codes.OK
    asked = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    response = httpx.options(f"{locked.url}/v1/read", headers=asked, timeout=PATIENCE_S)
    assert response.status_code == httpx.codes.OK
    assert "Authorization" in response.headers["access-control-allow-headers"]


def test_which_addresses_are_of_this_machine_alone() -> None:
    assert all(map(is_local, ["127.0.0.1", "127.8.8.8", "::1", "localhost"]))
    assert not any(map(is_local, ["0.0.0.0", "::", "10.0.0.1", "example.org"]))  # noqa: S104 - asked, not listened on
