"""Answers errors with problem documents. Every answer that is not a success is one."""

import http
import json
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from inkdigits.service.transport.problem_documents import PROBLEM_TYPE, describe_problem

__all__ = ["RefusedError", "add_problem_handlers", "to_response"]


class RefusedError(Exception):
    """A request was refused by whoever did the work.

    Args:
        problem: The problem document.
        headers: Of the answer.
    """

    def __init__(self, problem: Mapping[str, object], headers: Mapping[str, str]) -> None:
        super().__init__(problem)
        self.problem = dict(problem)
        self.headers = headers


def to_response(problem: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem document as the answer to a request."""
    status = problem["status"]
    code = status if isinstance(status, int) else http.HTTPStatus.INTERNAL_SERVER_ERROR
    return Response(json.dumps(problem), code, dict(headers or {}), PROBLEM_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every foreseen error with a problem document; `Envelope` answers the others."""
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(RefusedError, _answer_refused)


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


async def _answer_refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, RefusedError):
        raise error
    return _answer(request, error.problem, error.headers)


def _answer(request: Request, problem: dict[str, object], headers: Mapping[str, str] | None = None) -> Response:
    if request.url.path.startswith("/v2"):  # the Open Inference Protocol has the message in this member
        problem["error"] = problem["detail"]
    return to_response(problem, headers)
