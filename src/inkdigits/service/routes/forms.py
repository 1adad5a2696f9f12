"""Serves what is done with paper forms: `/v1/forms/read`, `/v1/forms/draft` and `/v1/forms/template`."""

from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response

from inkdigits.service.routes.form_schemas import DraftAnswer, DraftOptions, FormAnswer, FormOptions, TemplateAnswer
from inkdigits.service.routes.openapi import REFUSALS
from inkdigits.service.routes.read import PICTURE_BODY
from inkdigits.service.transport.desk import Desk
from inkdigits.service.transport.tasks import Task
from inkdigits.service.transport.uploads import refuse_other_form, refuse_type

__all__ = ["add_forms"]

_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["template", "scan"],
    "properties": {
        "template": {"type": "string", "description": "TOML, as `inkdigits form read` takes it."},
        "scan": {**_FILES, "description": "Scans, one or more; every page of a PDF or TIFF is one."},
        "blank": {**_FILES, "description": "Pages of the blank form, where the template registers by its print."},
    },
}
_TEMPLATE = {"type": "object", "required": ["template"], "properties": {"template": _FORM["properties"]["template"]}}
_TEMPLATE_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _TEMPLATE}}}
}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}


def add_forms(app: FastAPI, desk: Desk) -> None:
    """Add the routes."""

    @app.post("/v1/forms/read", response_model=FormAnswer, responses=REFUSALS, openapi_extra=_BODY)
    async def read_forms(request: Request, options: Annotated[FormOptions, Query()]) -> Response:
        """Read scans of a form by its template.

        A scan that cannot be read, or is no page of the form, is a problem document in its place.
        """
        kind = request.headers.get("content-type", "")
        async with desk.receive(request, refuse_other_form(kind)) as body:
            settings = {"content_type": kind, "options": options.model_dump(mode="json")}
            outcome = await desk.run(Task("forms", body, settings))
            return Response(outcome.body, media_type="application/json")

    @app.post("/v1/forms/draft", response_model=DraftAnswer, responses=REFUSALS, openapi_extra=PICTURE_BODY)
    async def draft_form(request: Request, options: Annotated[DraftOptions, Query()]) -> Response:
        """Find the fields of a blank form: boxes, rows of cells, combs and lines.

        The answer has the page as a picture, too, whatever the format that was sent.
        """
        kind = request.headers.get("content-type", "")
        async with desk.receive(request, refuse_type(kind)) as body:
            settings = {"content_type": kind, "options": options.model_dump(mode="json")}
            outcome = await desk.run(Task("drafts", body, settings))
            return Response(outcome.body, media_type="application/json")

    @app.post("/v1/forms/template", response_model=TemplateAnswer, responses=REFUSALS, openapi_extra=_TEMPLATE_BODY)
    async def open_template(request: Request) -> Response:
        """Say what a template says, or what is wrong with it."""
        kind = request.headers.get("content-type", "")
        async with desk.receive(request, refuse_other_form(kind)) as body:
            outcome = await desk.run(Task("templates", body, {"content_type": kind}))
            return Response(outcome.body, media_type="application/json")
