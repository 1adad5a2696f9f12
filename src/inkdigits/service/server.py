"""Settings go in; the service listens on its port until it is told to stop."""

import uvicorn

from inkdigits.reader import DigitReader
from inkdigits.service.app import create_app
from inkdigits.service.limits import Limits

__all__ = ["serve"]


def serve(model: str, limits: Limits, *, host: str, port: int, workers: int) -> None:
    """Listen and answer until SIGTERM or SIGINT; what is in flight is then finished.

    Args:
        model: Name or folder of the bundle that reads.
        limits: What is taken at most, by each process.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        workers: Processes.
    """
    reader = DigitReader(model, max_pixels=limits.max_pixels, max_bytes=limits.max_body_bytes)
    config = uvicorn.Config(
        create_app(reader, limits), host=host, port=port, workers=workers, server_header=False, proxy_headers=False
    )
    uvicorn.Server(config).run()
