"""A reader and limits go in; the service comes out, as an ASGI application."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response

import inkdigits
from inkdigits.reader import DigitReader
from inkdigits.service.answers import ReadOptions, answer_uploads
from inkdigits.service.limits import Limits
from inkdigits.service.pages import add_pages
from inkdigits.service.problems import add_problem_handlers
from inkdigits.service.uploads import parse_uploads
from inkdigits.service.workers import Workers

__all__ = ["create_app"]


def create_app(reader: DigitReader, limits: Limits | None = None) -> FastAPI:
    """Return the service.

    Args:
        reader: That reads, made once for all requests.
        limits: What is taken at most; None takes the defaults.
    """
    limits = limits or Limits()
    workers = Workers(limits, on_shed=lambda: None)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:  # noqa: ARG001 - FastAPI's signature
        yield
        workers.close()

    app = FastAPI(
        title="inkdigits",
        version=inkdigits.__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    add_problem_handlers(app)

    @app.post("/v1/read")
    async def read(request: Request, options: Annotated[ReadOptions, Query()]) -> Response:
        """Read the digits in one picture or several."""
        async with workers.receive(request) as body:
            kind = request.headers.get("content-type", "")

            def work(deadline: float) -> str:
                uploads = parse_uploads(body, kind, limits.max_pictures)
                answer = answer_uploads(reader, uploads, options, max_pixels=limits.max_pixels, deadline=deadline)
                return json.dumps(answer)

            return Response(await workers.run(work), media_type="application/json")

    @app.get("/healthz")
    async def tell_health() -> dict[str, str]:
        """Tell that the process lives."""
        return {"status": "alive"}

    add_pages(app)
    return app
