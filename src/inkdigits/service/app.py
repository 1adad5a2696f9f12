"""Builds the service, an ASGI application, from a reader and limits."""

import contextlib
import functools
from collections.abc import AsyncIterator, Sequence

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

import inkdigits
from inkdigits.reading.reader import DigitReader
from inkdigits.service.limits import Limits
from inkdigits.service.routes.answers import Answerer
from inkdigits.service.routes.forms import add_forms
from inkdigits.service.routes.inference import add_inference
from inkdigits.service.routes.openapi import describe_app
from inkdigits.service.routes.pages import add_pages
from inkdigits.service.routes.read import add_reading
from inkdigits.service.routes.reference import add_reference
from inkdigits.service.routes.status import Readiness, add_status
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.envelope import Envelope
from inkdigits.service.transport.problems import add_problem_handlers
from inkdigits.service.transport.workers import Workers

__all__ = ["create_app"]


def create_app(reader: DigitReader, limits: Limits | None = None, *, allowed_origins: Sequence[str] = ()) -> FastAPI:
    """Return the service.

    Args:
        reader: That reads, made once for all requests; its own limits count, too.
        limits: What is taken at most; None takes the defaults.
        allowed_origins: Web pages of other origins that may use it, as "https://example.org", or "*" for all.

    >>> from inkdigits import DigitReader
    >>> create_app(DigitReader()).title
    'inkdigits'
    """
    limits = limits or Limits()
    telemetry = Telemetry()
    workers = Workers(limits, on_shed=telemetry.count_shed)
    readiness = Readiness(reader)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:  # noqa: ARG001 - FastAPI's signature
        readiness.begin()
        yield
        readiness.end()
        workers.close()
        telemetry.close()

    app = FastAPI(
        title="inkdigits",
        version=inkdigits.__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.openapi = functools.partial(describe_app, app)  # type: ignore[method-assign] # FastAPI's way to change it
    add_problem_handlers(app)
    add_reading(app, workers, Answerer(reader, limits, telemetry))
    add_forms(app, workers, reader, limits, telemetry)
    add_inference(app, workers, reader, readiness, limits)
    add_status(app, reader, readiness, telemetry)
    add_reference(app)
    add_pages(app)
    if allowed_origins:
        app.add_middleware(CORSMiddleware, allow_origins=list(allowed_origins), allow_methods=["GET", "POST"])
    app.add_middleware(Envelope, telemetry=telemetry)
    return app
