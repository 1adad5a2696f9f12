"""Serves the health, the bundle and the counters of the process, for those who run the service."""

import dataclasses
from typing import Any

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST

from inkdigits.models.metadata import BundleInfo
from inkdigits.service.routes.openapi import REFUSALS
from inkdigits.service.routes.schemas import Health, Model, ModelList
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.desk import Desk

__all__ = ["add_status"]


def add_status(app: FastAPI, desk: Desk, info: BundleInfo, telemetry: Telemetry) -> None:
    """Add the routes."""
    unready: dict[int | str, dict[str, Any]] = {503: REFUSALS[503]}

    @app.get("/healthz")
    async def get_health() -> Health:
        """Confirm that the process is alive."""
        return Health(status="alive")

    @app.get("/readyz", responses=unready)
    async def get_readiness() -> Health:
        """Say whether the service is ready to read."""
        desk.check_ready()
        return Health(status="ready")

    @app.get("/v1/models")
    async def list_models() -> ModelList:
        """List the bundle that reads, with the shares of wrong answers that it can promise."""
        known = {name: value for name, value in dataclasses.asdict(info).items() if name in Model.model_fields}
        return ModelList(models=[Model.model_validate(known)])

    @app.get("/metrics", response_class=Response)
    async def get_metrics() -> Response:
        """Return the counters for Prometheus."""
        return Response(telemetry.to_text(), media_type=CONTENT_TYPE_LATEST)
