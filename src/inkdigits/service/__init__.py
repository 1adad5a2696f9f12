"""Reads pictures over HTTP: answers are JSON, errors are problem documents. Needs the extra `serve`.

`server` starts `app`, which combines `transport` (connections, bodies, problems) and `routes` (the answers). Both use
`limits` and `telemetry`. `static` is the page to draw on.
"""

from inkdigits.service.app import create_app
from inkdigits.service.limits import Limits

__all__ = ["Limits", "create_app"]
