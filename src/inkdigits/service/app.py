"""Builds the service, an ASGI application, from a reader and limits."""

import contextlib
import functools
from collections.abc import AsyncIterator, Sequence

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

import inkdigits
from inkdigits.models.metadata import BundleInfo
from inkdigits.reading.reader import DigitReader
from inkdigits.service.limits import Limits
from inkdigits.service.routes.forms import add_forms
from inkdigits.service.routes.handling import make_handle, warm_up
from inkdigits.service.routes.inference import add_inference
from inkdigits.service.routes.openapi import describe_app
from inkdigits.service.routes.pages import add_pages
from inkdigits.service.routes.read import add_reading
from inkdigits.service.routes.reference import add_reference
from inkdigits.service.routes.status import add_status
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.desk import Desk
from inkdigits.service.transport.engine import Engine
from inkdigits.service.transport.envelope import Envelope
from inkdigits.service.transport.gate import Gate, Rules
from inkdigits.service.transport.problems import add_problem_handlers
from inkdigits.service.transport.threads import Threads

__all__ = ["build_app", "create_app"]


def create_app(
    reader: DigitReader,
    limits: Limits | None = None,
    *,
    allowed_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] = ("*",),
    api_key: str | None = None,
) -> FastAPI:
    """Return the service for any ASGI server; it reads in threads, which cannot be ended.

    `inkdigits serve` reads in processes, so that a picture which takes too long or too much memory is ended.

    Args:
        reader: That reads, made once for all requests; its own limits count, too.
        limits: What is taken at most; None takes the defaults.
        allowed_origins: Web pages of other origins that may use it, as "https://example.org", or "*" for all.
        allowed_hosts: Names in the header Host that are answered, beside addresses and localhost; "*" for all.
        api_key: What clients have to send; None lets in everyone.

    >>> from inkdigits import DigitReader
    >>> create_app(DigitReader()).title
    'inkdigits'
    """
    limits = limits or Limits()
    telemetry = Telemetry()
    engine = Threads(limits, telemetry, make_handle(reader, limits), functools.partial(warm_up, reader))
    rules = Rules(tuple(allowed_hosts), tuple(allowed_origins), api_key)
    return build_app(engine, reader.info, limits, telemetry, rules)


def build_app(engine: Engine, info: BundleInfo, limits: Limits, telemetry: Telemetry, rules: Rules) -> FastAPI:
    """Return the service.

    Args:
        engine: Does the work; it is started and closed with the application.
        info: Of the bundle that reads.
        limits: What is taken at most.
        telemetry: Counts what is done.
        rules: Who is let in.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:  # noqa: ARG001 - FastAPI's signature
        if not engine.is_ready:
            await engine.start()
        yield
        await engine.close()

    app = FastAPI(
        title="inkdigits",
        version=inkdigits.__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.openapi = functools.partial(describe_app, app)  # type: ignore[method-assign] # FastAPI's way to change it
    desk = Desk(limits, engine)
    add_problem_handlers(app)
    add_reading(app, desk)
    add_forms(app, desk)
    add_inference(app, desk, info)
    add_status(app, desk, info, telemetry)
    add_reference(app)
    add_pages(app)
    if rules.origins:
        origins, methods, headers = list(rules.origins), ["GET", "POST"], ["Authorization"]
        app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=methods, allow_headers=headers)
    app.add_middleware(Gate, rules=rules)
    app.add_middleware(Envelope, telemetry=telemetry)
    return app
