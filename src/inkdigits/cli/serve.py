"""`inkdigits serve`: reads digits over HTTP, with a page to draw on."""

import os

import click

from inkdigits.cli.workers import WORKERS, check_workers
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.system.cpu import count_cores
from inkdigits.system.extras import require_extra

__all__ = ["command"]

_MOST_WORKERS = 4  # by default, however many cores there are; each one takes memory, docs/service.md says how much
_MILLION = 1_000_000
_OPEN_TO_ALL = (
    "inkdigits: other machines can reach it, and it has no TLS and no rate limit{key}; "
    "let a proxy stand in front of it that has them (docs/service.md)"
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--workers", type=WORKERS, help=f"Processes that read. Default: 1 for each core, {_MOST_WORKERS} at most."
)
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    help='Web page of another origin that may use it, as https://example.org, or "*"; may be given again.',
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    help='Name under which it is reached, beside localhost and addresses, or "*"; may be given again.',
)
@click.option(
    "--api-key",
    envvar="INKDIGITS_API_KEY",
    show_envvar=True,
    help="Key that clients have to send. Others on this machine can see options: better use the variable.",
)
@click.option("--max-body-mb", type=click.IntRange(1), help="Most megabytes of a request. Default: 20.")
@click.option("--max-megapixels", type=click.IntRange(1), help="Most megapixels of a picture. Default: 25.")
@click.option(
    "--max-memory-mb",
    type=click.IntRange(400),
    help="Most megabytes of memory of each process that reads; a picture that takes more is refused. Default: 1000.",
)
@click.option(
    "--max-in-flight",
    type=click.IntRange(1),
    help="Requests read or waiting; the next is told 503. Default: 1 for each process that reads, and 1.",
)
@click.option(
    "--max-client-connections",
    type=click.IntRange(1),
    help="Open connections of one address; all clients behind a proxy have the same one. Default: 64.",
)
def command(  # noqa: PLR0913 - click hands every option over by name
    *,
    host: str,
    port: int,
    workers: int | None,
    model: str,
    origins: tuple[str, ...],
    hosts: tuple[str, ...],
    api_key: str | None,
    max_body_mb: int | None,
    max_megapixels: int | None,
    max_memory_mb: int | None,
    max_in_flight: int | None,
    max_client_connections: int | None,
) -> None:
    """Read digits over HTTP until stopped; what is in flight is then finished.

    The page to draw on is at /, the reference of the interface at /docs. Standard output gets one line of JSON for each
    request, without pictures or their names.

    There is no authentication unless you set --api-key, and no TLS and no rate limit at all. Listen on other addresses
    than this machine's own only behind a proxy that has them.

    \b
    Example:
      inkdigits serve --port 8000
      curl --data-binary @number.png -H 'Content-Type: image/png' http://127.0.0.1:8000/v1/read
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    require_extra("serve")
    from inkdigits.service.limits import Limits  # noqa: PLC0415 - FastAPI is imported when it is used
    from inkdigits.service.server import Settings, listen, serve  # noqa: PLC0415
    from inkdigits.service.transport.gate import Rules, is_local  # noqa: PLC0415

    if api_key is not None and not api_key.strip():
        msg = "expected a key, got nothing; leave out --api-key and INKDIGITS_API_KEY, or give one of many characters"
        raise click.UsageError(msg)
    check_workers(workers)
    workers = workers or min(count_cores(), _MOST_WORKERS)
    asked = {
        "max_body_bytes": None if max_body_mb is None else max_body_mb * _MILLION,
        "max_pixels": None if max_megapixels is None else max_megapixels * _MILLION,
        "max_memory_bytes": None if max_memory_mb is None else max_memory_mb * _MILLION,
        "max_in_flight": max_in_flight or workers + 1,
        "max_client_connections": max_client_connections,
    }
    limits = Limits(**{name: value for name, value in asked.items() if value is not None})
    try:
        listener = listen(host, port)
    except OSError as error:
        msg = f"cannot listen on {host}, port {port} ({os.strerror(error.errno or 0)}); choose another one"
        raise click.UsageError(msg) from error
    where, taken = listener.getsockname()[:2]
    click.echo(f"inkdigits: reading at http://{f'[{where}]' if ':' in where else where}:{taken}/", err=True)
    if not is_local(where):
        click.echo(_OPEN_TO_ALL.format(key=" and no authentication" if api_key is None else ""), err=True)
    rules = Rules((*hosts, host), origins, None if api_key is None else api_key.strip())
    serve(Settings(model=model, limits=limits, workers=workers, rules=rules), listener)
