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

_STROKES = (slice(18, 23), slice(38, 43))  # columns of the marks that are read to begin with: two, to load all networks


class Readiness:
    """Whether the service reads: from the first picture read at its start until it is told to stop."""

    def __init__(self, reader: DigitReader) -> None:
        """Be not ready yet."""
        self._reader = reader
        self._is_ready = False

    def begin(self) -> None:
        """Read a picture, which also takes the time of the first one from those who ask."""
        drawing = np.full((60, 61), 255, dtype=np.uint8)
        for columns in _STROKES:
            drawing[10:50, columns] = 0
        self._reader.read(drawing)
        self._is_ready = True

    def end(self) -> None:
        """Be ready no more."""
        self._is_ready = False

    def check(self) -> None:
        """Do nothing when ready.

        Raises:
            HTTPException: 503 when not.
        """
        if not self._is_ready:
            raise HTTPException(503, "not ready to read; ask again in a second", {"Retry-After": "1"})


def add_status(app: FastAPI, reader: DigitReader, readiness: Readiness, telemetry: Telemetry) -> None:
    """Add the routes."""
    unready: dict[int | str, dict[str, Any]] = {503: REFUSALS[503]}

    @app.get("/healthz")
    async def tell_health() -> Health:
        """Tell that the process lives."""
        return Health(status="alive")

    @app.get("/readyz", responses=unready)
    async def tell_readiness() -> Health:
        """Tell whether it reads."""
        readiness.check()
        return Health(status="ready")

    @app.get("/v1/models")
    async def list_models() -> ModelList:
        """List what reads: the bundle with the shares of wrong answers that it can promise."""
        told = {name: value for name, value in dataclasses.asdict(reader.info).items() if name in Model.model_fields}
        return ModelList(models=[Model.model_validate(told)])

    @app.get("/metrics", response_class=Response)
    async def tell_metrics() -> Response:
        """Tell what was counted, for Prometheus."""
        return Response(telemetry.to_text(), media_type=CONTENT_TYPE_LATEST)
