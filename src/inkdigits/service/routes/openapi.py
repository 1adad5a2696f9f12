"""Describes the application as OpenAPI, with problem documents under their own media type."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from inkdigits.service.routes.schemas import PictureForm, PictureRequest, Problem
from inkdigits.service.transport.problem_documents import PROBLEM_TYPE

__all__ = ["REFUSALS", "describe_app", "refer_to"]

_REASONS = {
    400: "The body is damaged, or the service has another name.",
    401: "The service has a key, and it was not sent.",
    403: "The request is that of a web page of another origin.",
    408: "The body came too slowly.",
    413: "More bytes, pixels or pictures than the limit.",
    415: "No picture, or of another type than told.",
    422: "Something else than expected.",
    431: "More than 16 kB of headers.",
    503: "Too much is in flight; try again.",
}
# status -> what FastAPI shows of it
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": reason} for status, reason in _REASONS.items()
}
_PLACE = "#/components/schemas/"
_ASKED = (PictureForm, PictureRequest)  # bodies that this service parses itself, so FastAPI does not know them


def refer_to(model: type[BaseModel]) -> dict[str, str]:
    """Return the reference to a model among the description's schemas."""
    return {"$ref": _PLACE + model.__name__}


def describe_app(app: FastAPI) -> dict[str, Any]:
    """Return the description, made once."""
    if app.openapi_schema is None:
        described = get_openapi(title=app.title, version=app.version, routes=app.routes, description=_ABOUT)
        _, asked = models_json_schema([(model, "validation") for model in _ASKED], ref_template=_PLACE + "{model}")
        described["components"]["schemas"].update(asked["$defs"])
        for operations in described["paths"].values():
            for operation in operations.values():
                _move_problems(operation["responses"])
        app.openapi_schema = described
    return app.openapi_schema


_ABOUT = "Reads handwritten digits. Every refusal is a problem document (RFC 9457)."


def _move_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if status[0] in "45" and "application/json" in content:
            content[PROBLEM_TYPE] = content.pop("application/json")
