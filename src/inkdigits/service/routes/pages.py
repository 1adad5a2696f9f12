"""Serves the files of the page to draw on at `/`, each under its own name, and nothing else."""

import hashlib
import mimetypes
from pathlib import Path

from fastapi import FastAPI, Request, Response

__all__ = ["STATIC", "add_pages"]

STATIC = Path(__file__).parents[1] / "static"
_INDEX = "index.html"


def add_pages(app: FastAPI, folder: Path = STATIC) -> None:
    """Serve the files of a folder and of its subfolders, its `index.html` at `/`; without one, nothing.

    They are read once and found by name, not by path, so that no path of a request reaches the file system.
    """
    if not (folder / _INDEX).is_file():
        return
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        place = path.relative_to(folder).as_posix()
        _add_page(app, "/" if place == _INDEX else f"/{place}", path)


def _add_page(app: FastAPI, place: str, path: Path) -> None:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    # browsers revalidate each time, so that page and scripts are always of the same version
    headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"', "Cache-Control": "no-cache"}

    async def send_page(request: Request) -> Response:
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(None, 304, headers)
        return Response(content, 200, headers, kind)

    app.add_api_route(place, send_page, methods=["GET"], include_in_schema=False)
