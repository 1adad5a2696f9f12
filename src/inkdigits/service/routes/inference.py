"""Serves the Open Inference Protocol, version 2, at `/v2`, for the clients of KServe and Triton.

It takes ready-made frames and returns the network's probabilities. No picture is searched, and no digit is unsure.
"""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException

import inkdigits
from inkdigits.models.metadata import BundleInfo
from inkdigits.service.routes.openapi import REFUSALS
from inkdigits.service.transport.desk import Desk
from inkdigits.service.transport.tasks import Task
from inkdigits.service.transport.tensors import INPUT, OUTPUT

__all__ = ["add_inference"]

_JSON_LENGTH = "Inference-Header-Content-Length"
_MAX_DIGITS = 20  # of a length in a header
_EXTENSIONS = ["binary_tensor_data"]
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {**REFUSALS[422], "description": "No such model."}}
_MODEL = "/models/{name}"
_VERSION = "/models/{name}/versions/{version}"
_FORM = {
    "type": "object",
    "required": ["inputs"],
    "properties": {
        "id": {"type": "string"},
        "inputs": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "object"}},
        "outputs": {"type": "array", "items": {"type": "object"}},
    },
}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": {"schema": _FORM}}}}


class _Model:
    """The served model, known by its name and version."""

    def __init__(self, info: BundleInfo) -> None:
        self.name, self.version = info.name, info.version

    def check(self, name: str, version: str | None = None) -> None:
        """Raise a 404 for any other model."""
        if name != self.name or version not in {None, self.version}:
            raise HTTPException(404, f"expected the model {self.name!r} of version {self.version!r}; ask for that one")


def add_inference(app: FastAPI, desk: Desk, info: BundleInfo) -> None:
    """Add the routes."""
    router = APIRouter(prefix="/v2")
    model = _Model(info)
    _add_health(router, model, desk)

    @router.post(_MODEL + "/infer", responses=REFUSALS | _UNKNOWN, openapi_extra=_BODY)
    @router.post(_VERSION + "/infer", responses=REFUSALS | _UNKNOWN, openapi_extra=_BODY)
    async def infer(request: Request, name: str, version: str | None = None) -> Response:
        """Return the ten probabilities of each frame."""
        async with desk.receive(request, _refuse_type(request)) as body:
            model.check(name, version)
            json_length = _parse_length(request.headers.get(_JSON_LENGTH))
            outcome = await desk.run(Task("infer", body, {"json_length": json_length}))
        if outcome.json_length is None:
            return Response(outcome.body, media_type="application/json")
        headers = {_JSON_LENGTH: str(outcome.json_length)}
        return Response(outcome.body, media_type="application/octet-stream", headers=headers)

    app.include_router(router)


def _refuse_type(request: Request) -> HTTPException | None:
    """Return why a body of this type is not taken.

    A browser lets any page send text/plain, and forms, to any address without asking first. Triton's own client names
    no type.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_binary = _JSON_LENGTH in request.headers and kind in {"application/octet-stream", ""}
    if is_binary or kind in {"application/json", ""}:
        return None
    binary = f"application/octet-stream with {_JSON_LENGTH}"
    return HTTPException(415, f"expected application/json, or {binary}, got {kind[:50]!r}; set the Content-Type")


def _add_health(router: APIRouter, model: _Model, desk: Desk) -> None:
    unready: dict[int | str, dict[str, Any]] = {503: REFUSALS[503]}

    @router.get("")
    async def get_server() -> dict[str, object]:
        """Return name and version of the server."""
        return {"name": "inkdigits", "version": inkdigits.__version__, "extensions": _EXTENSIONS}

    @router.get("/health/live")
    async def get_live() -> dict[str, bool]:
        """Confirm that the process is alive."""
        return {"live": True}

    @router.get("/health/ready", responses=unready)
    async def get_ready() -> dict[str, bool]:
        """Say whether the server is ready for inference."""
        desk.check_ready()
        return {"ready": True}

    @router.get(_MODEL, responses=_UNKNOWN)
    @router.get(_VERSION, responses=_UNKNOWN)
    async def get_model(name: str, version: str | None = None) -> dict[str, object]:
        """Describe the model's input and output tensors."""
        model.check(name, version)
        versions = [model.version]
        return {
            "name": name,
            "versions": versions,
            "platform": "onnxruntime_onnx",
            "inputs": [INPUT],
            "outputs": [OUTPUT],
        }

    @router.get(_MODEL + "/ready", responses=unready | _UNKNOWN)
    @router.get(_VERSION + "/ready", responses=unready | _UNKNOWN)
    async def get_model_ready(name: str, version: str | None = None) -> dict[str, object]:
        """Say whether the model is ready for inference."""
        model.check(name, version)
        desk.check_ready()
        return {"name": name, "ready": True}


def _parse_length(header: str | None) -> int | None:
    if header is not None and not (header.isascii() and header.isdigit() and len(header) <= _MAX_DIGITS):
        raise HTTPException(
            422, f"expected {_JSON_LENGTH} to be a number of bytes, got {header[:50]!r}; count the JSON"
        )
    return None if header is None else int(header)
