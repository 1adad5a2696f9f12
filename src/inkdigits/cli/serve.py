"""`inkdigits serve`: reads digits over HTTP, with a page to draw on."""

import os

import click

from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.system.extras import require_extra

__all__ = ["command"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that read.")
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    help='Web page of another origin that may use it, as https://example.org, or "*"; may be given again.',
)
@click.option("--max-body-mb", type=click.IntRange(1), help="Most megabytes of a request. Default: 20.")
@click.option("--max-megapixels", type=click.IntRange(1), help="Most megapixels of a picture. Default: 25.")
@click.option(
    "--max-in-flight",
    type=click.IntRange(1),
    help="Requests read or waiting, in all; the next is told 503. Default: 1 for each core, and 1.",
)
def command(  # noqa: PLR0913 - click hands every option over by name
    *,
    host: str,
    port: int,
    workers: int,
    model: str,
    origins: tuple[str, ...],
    max_body_mb: int | None,
    max_megapixels: int | None,
    max_in_flight: int | None,
) -> None:
    """Read digits over HTTP until stopped; what is in flight is then finished.

    The page to draw on is at /, the reference of the interface at /docs. Standard output gets one line of JSON for each
    request, without pictures or their names.

    \b
    Example:
      inkdigits serve --port 8000
      curl --data-binary @number.png -H 'Content-Type: image/png' http://127.0.0.1:8000/v1/read
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    require_extra("serve")
    from inkdigits.service.limits import Limits  # noqa: PLC0415 - FastAPI is imported when it is used
    from inkdigits.service.server import Settings, listen, serve  # noqa: PLC0415

    million = 1_000_000
    asked = {
        "max_body_bytes": None if max_body_mb is None else max_body_mb * million,
        "max_pixels": None if max_megapixels is None else max_megapixels * million,
        "max_in_flight": max_in_flight,
    }
    limits = Limits(**{name: value for name, value in asked.items() if value is not None})
    try:
        listener = listen(host, port)
    except OSError as error:
        msg = f"cannot listen on {host}, port {port} ({os.strerror(error.errno or 0)}); choose another one"
        raise click.UsageError(msg) from error
    where, taken = listener.getsockname()[:2]
    click.echo(f"inkdigits: reading at http://{f'[{where}]' if ':' in where else where}:{taken}/", err=True)
    serve(Settings(model=model, limits=limits.shared_by(workers), workers=workers, allowed_origins=origins), listener)
