"""Lets in the requests that are meant for this service, before anything of them is read.

A web page that somebody opens can send requests to this machine. It is kept out in three ways: by the name that the
browser asked for, since a page may let its own name lead here ("DNS rebinding"); by the origin that the browser
tells; and by types of bodies, which the routes look at: some no foreign page may send without being asked first.
"""

import base64
import binascii
import hmac
import http
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from inkdigits.service.transport.problem_documents import describe_problem
from inkdigits.service.transport.problems import to_response

__all__ = ["Gate", "Rules", "is_local"]

_OPEN = frozenset({"/healthz", "/readyz", "/v2/health/live", "/v2/health/ready"})  # what probes ask has no key
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that cost little; what they answer, a foreign page cannot see
# so a browser asks its user; the key is the password, of any user
_ASK = {"WWW-Authenticate": 'Basic realm="inkdigits", charset="UTF-8"'}


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is let in.

    Args:
        hosts: Names in the header Host, beside addresses and localhost; "*" for all. Ports are not looked at.
        origins: Origins of web pages, beside the service's own; "*" for all.
        api_key: What clients have to send; None lets in everyone.
    """

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    api_key: str | None = None


class Gate:
    """ASGI middleware that refuses requests by their headers."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        """Wrap an application."""
        self._app = app
        self._rules = rules
        self._hosts = frozenset(host.lower().rstrip(".") for host in rules.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        refusal = self._refuse(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        status, detail = refusal
        problem = describe_problem(status, detail)
        if scope["path"].startswith("/v2"):
            problem["error"] = detail
        await to_response(problem, _ASK if status == http.HTTPStatus.UNAUTHORIZED else None)(scope, receive, send)

    def _refuse(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._takes_host(host):
            found = json.dumps(host[:100])
            return 400, f"expected the name of this service as Host, got {found}; allow it with --allow-host NAME"
        if scope["method"] not in _SAFE and not self._takes_origin(headers, host):
            found = json.dumps(headers.get("origin", "another site")[:100])
            return (
                403,
                f"expected a request of the service's own page, got one of {found}; allow it with --allow-origin",
            )
        is_open = scope["path"] in _OPEN or scope["method"] == "OPTIONS"  # before it sends a key, a browser asks
        if is_open or self._rules.api_key is None or _has_key(headers, self._rules.api_key):
            return None
        return 401, "expected the service's key, got none or another one; send it as `Authorization: Bearer KEY`"

    def _takes_host(self, host: str) -> bool:
        name = _without_port(host)
        return not name or "*" in self._hosts or name in self._hosts or _is_harmless(name)

    def _takes_origin(self, headers: Headers, host: str) -> bool:
        """Tell whether a request comes from no page, from the service's own, or from one that is allowed."""
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site")  # which no page can set
        if origin is None:
            return site in {None, "same-origin", "none"}
        is_own = site == "same-origin" or (origin != "null" and _host_of(origin) == host.lower())
        return is_own or "*" in self._rules.origins or origin in self._rules.origins


def is_local(host: str) -> bool:
    """Return whether only this machine reaches the service at such an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(origin: str) -> str | None:
    """Return host and port of an origin; None when it has none."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def _without_port(host: str) -> str:
    """Return the name or address of a header Host in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


def _is_harmless(name: str) -> bool:
    """Return whether a name cannot be that of a foreign page which was led here: no name server has a say in it."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _has_key(headers: Mapping[str, str], key: str) -> bool:
    kind, _, sent = headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            sent = base64.b64decode(sent, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, ValueError):
            return False
    elif kind.lower() != "bearer":
        return False
    return hmac.compare_digest(sent.strip().encode("utf-8", "replace"), key.encode("utf-8", "replace"))
