"""Serves `POST /v1/read`, which reads pictures."""

from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response

from inkdigits.service.routes.openapi import REFUSALS, refer_to
from inkdigits.service.routes.schemas import PictureForm, PictureRequest, ReadAnswer, ReadOptions
from inkdigits.service.transport.desk import Desk
from inkdigits.service.transport.tasks import Task
from inkdigits.service.transport.uploads import refuse_type

__all__ = ["PICTURE_BODY", "add_reading"]

_PICTURE_TYPES = (
    "image/png",
    "image/jpeg",
    "image/bmp",
    "image/tiff",
    "image/webp",
    "image/gif",
    "image/avif",
    "image/heic",
    "application/pdf",
)
PICTURE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One picture as it is; or a form with parts named `picture`; or JSON with base64.",
        "content": {
            "multipart/form-data": {"schema": refer_to(PictureForm)},
            "application/json": {"schema": refer_to(PictureRequest)},
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in _PICTURE_TYPES},
        },
    }
}


def add_reading(app: FastAPI, desk: Desk) -> None:
    """Add the route."""

    @app.post("/v1/read", response_model=ReadAnswer, responses=REFUSALS, openapi_extra=PICTURE_BODY)
    async def read(request: Request, options: Annotated[ReadOptions, Query()]) -> Response:
        """Read the digits in one picture or several.

        Of several pictures, one that cannot be read is a problem document in its place; of one
        alone, it is the answer.
        """
        kind = request.headers.get("content-type", "")
        async with desk.receive(request, refuse_type(kind)) as body:
            settings = {"content_type": kind, "options": options.model_dump(mode="json")}
            outcome = await desk.run(Task("read", body, settings))
            return Response(outcome.body, media_type="application/json")
