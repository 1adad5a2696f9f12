"""Reads pictures over HTTP: answers are JSON, errors are problem documents. Needs the extra `serve`.

`server` starts `app`, which answers, and processes of `child`, which read. `app` combines `transport` (connections,
bodies, problems, processes) and `routes` (the answers). Both use `limits` and `telemetry`. `static` is the page to draw
on.
"""

from typing import TYPE_CHECKING, Any

from inkdigits.service.limits import Limits

if TYPE_CHECKING:
    from inkdigits.service.app import create_app

__all__ = ["Limits", "create_app"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Load FastAPI when the application is asked for: the processes that read start in half the time without it."""
    if name == "create_app":
        from inkdigits.service.app import create_app  # noqa: PLC0415 - the same

        return create_app
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
