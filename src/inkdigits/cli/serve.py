"""`inkdigits serve`: reads digits over HTTP, with a page to draw on."""

import click

from inkdigits.bundle import DEFAULT_BUNDLE
from inkdigits.extras import require_extra
from inkdigits.imaging import silence_decoders

__all__ = ["command"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that read.")
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
def command(*, host: str, port: int, workers: int, model: str) -> None:
    """Read digits over HTTP until stopped; what is in flight is then finished.

    The page to draw on is at http://127.0.0.1:8000/, the reference of the interface at /docs.

    \b
    Example:
      inkdigits serve --port 8000
      curl --data-binary @number.png -H 'Content-Type: image/png' http://127.0.0.1:8000/v1/read
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    require_extra("serve")
    from inkdigits.service.limits import Limits  # noqa: PLC0415 - FastAPI is imported when it is used
    from inkdigits.service.server import serve  # noqa: PLC0415

    silence_decoders()
    serve(model, Limits(), host=host, port=port, workers=workers)
