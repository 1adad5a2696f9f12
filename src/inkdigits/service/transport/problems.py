"""Turns errors into problem documents (RFC 9457). Every answer that is not a success is one."""

import http
import json
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from inkdigits.errors import InkdigitsError

__all__ = ["PROBLEM_TYPE", "add_problem_handlers", "describe_error", "describe_problem", "to_response"]

PROBLEM_TYPE = "application/problem+json"


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


def to_response(problem: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem document as the answer to a request."""
    status = problem["status"]
    code = status if isinstance(status, int) else http.HTTPStatus.INTERNAL_SERVER_ERROR
    return Response(json.dumps(problem), code, dict(headers or {}), PROBLEM_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every foreseen error with a problem document; `Envelope` answers the others."""
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(InkdigitsError, _answer_ours)


async def _answer_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    detail = error.detail
    if error.status_code == http.HTTPStatus.NOT_FOUND and detail == http.HTTPStatus.NOT_FOUND.phrase:
        detail = f"there is nothing at {request.url.path[:200]}; /docs lists what there is"
    elif error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "another method")
        detail = f"expected {allowed}, got {request.method}; /docs lists what there is"
    return _answer(request, describe_problem(error.status_code, detail), error.headers)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [{"at": ".".join(str(part) for part in fault["loc"]), "detail": fault["msg"]} for fault in error.errors()]
    found = "; ".join(f"{fault['at']}: {fault['detail']}" for fault in faults)
    return _answer(request, describe_problem(422, f"{found}; /docs shows what is expected", faults=faults))


async def _answer_ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, InkdigitsError):
        raise error
    return _answer(request, describe_error(error))


def _answer(request: Request, problem: dict[str, object], headers: Mapping[str, str] | None = None) -> Response:
    if request.url.path.startswith("/v2"):  # the Open Inference Protocol has the message in this member
        problem["error"] = problem["detail"]
    return to_response(problem, headers)
