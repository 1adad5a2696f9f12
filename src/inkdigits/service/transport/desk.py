"""What the routes see of the work: a body is received, a task is done, or the request is refused."""

import contextlib

from fastapi import Request
from starlette.exceptions import HTTPException

from inkdigits.service.limits import Limits
from inkdigits.service.transport.bodies import Bodies
from inkdigits.service.transport.engine import Engine
from inkdigits.service.transport.problems import RefusedError
from inkdigits.service.transport.tasks import Outcome, Task

__all__ = ["Desk"]


class Desk:
    """Takes requests for work.

    Args:
        limits: Limits of the service.
        engine: Does the work.
    """

    def __init__(self, limits: Limits, engine: Engine) -> None:
        self._bodies = Bodies(limits, engine)
        self._engine = engine

    def receive(
        self, request: Request, refusal: HTTPException | None = None
    ) -> contextlib.AbstractAsyncContextManager[bytes]:
        """Yield a request's body, as `Bodies.receive` does."""
        return self._bodies.receive(request, refusal)

    async def run(self, task: Task) -> Outcome:
        """Return what a task comes to.

        Raises:
            HTTPException: As `Engine.run` raises it.
            RefusedError: The task came to a problem.
        """
        outcome = await self._engine.run(task)
        if outcome.problem is not None:
            raise RefusedError(outcome.problem, outcome.headers)
        return outcome

    def check_ready(self) -> None:
        """Raise an error unless a task would be done now.

        Raises:
            HTTPException: 503 when not ready.
        """
        if not self._engine.is_ready:
            raise self._engine.unready()
