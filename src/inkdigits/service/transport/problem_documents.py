"""Describes errors as problem documents (RFC 9457)."""

import http

from inkdigits.errors import InkdigitsError

__all__ = ["PROBLEM_TYPE", "UNFORESEEN", "describe_error", "describe_problem"]

PROBLEM_TYPE = "application/problem+json"
UNFORESEEN = "the service failed in a way that nobody foresaw; its log tells more"


def describe_problem(status: int, detail: str, **more: object) -> dict[str, object]:
    """Return the members of a problem document.

    Args:
        status: HTTP status, 400 to 599.
        detail: What was expected, what came, and what to do.
        more: Members of our own.

    >>> describe_problem(404, "no such page")["title"]
    'Not Found'
    """
    return {"type": "about:blank", "title": http.HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def describe_error(error: InkdigitsError) -> dict[str, object]:
    """Return the problem document of an error of ours; `error` names its class, as docs/errors.md does."""
    return describe_problem(error.http_status, str(error), error=type(error).__name__)
