"""Serves the health, the bundle and the counters of the process, for those who run the service."""

import dataclasses
from typing import Any

import numpy as np
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from inkdigits.reading.reader import DigitReader
from inkdigits.service.routes.openapi import REFUSALS
from inkdigits.service.routes.schemas import Health, Model, ModelList
from inkdigits.service.telemetry import Telemetry

__all__ = ["Readiness", "add_status"]

_STROKES = (slice(18, 23), slice(38, 43))  # columns of the first picture's two marks; two load the line network


class Readiness:
    """Knows whether the service is ready: from the first picture that it reads at its start until it stops."""

    def __init__(self, reader: DigitReader) -> None:
        """Start as not ready."""
        self._reader = reader
        self._is_ready = False

    def begin(self) -> None:
        """Read a first picture, so that no client has to wait while the networks load."""
        drawing = np.full((60, 61), 255, dtype=np.uint8)
        for columns in _STROKES:
            drawing[10:50, columns] = 0
        self._reader.read(drawing)
        self._is_ready = True

    def end(self) -> None:
        """Stop being ready."""
        self._is_ready = False

    def check(self) -> None:
        """Raise an error unless ready.

        Raises:
            HTTPException: 503 when not ready.
        """
        if not self._is_ready:
            raise HTTPException(503, "not ready to read; ask again in a second", {"Retry-After": "1"})


def add_status(app: FastAPI, reader: DigitReader, readiness: Readiness, telemetry: Telemetry) -> None:
    """Add the routes."""
    unready: dict[int | str, dict[str, Any]] = {503: REFUSALS[503]}

    @app.get("/healthz")
    async def get_health() -> Health:
        """Confirm that the process is alive."""
        return Health(status="alive")

    @app.get("/readyz", responses=unready)
    async def get_readiness() -> Health:
        """Say whether the service is ready to read."""
        readiness.check()
        return Health(status="ready")

    @app.get("/v1/models")
    async def list_models() -> ModelList:
        """List the bundle that reads, with the shares of wrong answers that it can promise."""
        known = {name: value for name, value in dataclasses.asdict(reader.info).items() if name in Model.model_fields}
        return ModelList(models=[Model.model_validate(known)])

    @app.get("/metrics", response_class=Response)
    async def get_metrics() -> Response:
        """Return the counters for Prometheus."""
        return Response(telemetry.to_text(), media_type=CONTENT_TYPE_LATEST)
