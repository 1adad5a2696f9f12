"""Pictures go in over HTTP; readings come out as JSON, errors as problem documents. Needs the extra `serve`."""

from inkdigits.service.app import create_app
from inkdigits.service.limits import Limits

__all__ = ["Limits", "create_app"]
