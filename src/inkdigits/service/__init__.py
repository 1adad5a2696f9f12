"""Pictures go in over HTTP; readings come out as JSON, errors as problem documents. Needs the extra `serve`.

`server` runs `app`, which puts together `transport` (connections, bodies, problems) and `routes` (what is answered);
`limits` and `telemetry` are of both; `static` is the page to draw on.
"""

from inkdigits.service.app import create_app
from inkdigits.service.limits import Limits

__all__ = ["Limits", "create_app"]
