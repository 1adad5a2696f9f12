"""Serves the description of the service: `/docs`, a page without scripts, and `/openapi.json` for programs."""

import html
from typing import Any

from fastapi import FastAPI, Response

__all__ = ["add_reference"]

_PLACE, _STYLE_PLACE = "/docs", "/docs/style.css"
_STYLE = """\
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 52rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin: 0; }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.5rem; }
h2 { font: 600 1.05rem ui-monospace, monospace; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 span { opacity: .65; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .9rem; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
"""


def add_reference(app: FastAPI) -> None:
    """Add the page and its style."""
    made: list[str] = []

    @app.get(_PLACE, include_in_schema=False)
    async def send_reference() -> Response:
        if not made:
            made.append(_render(app.openapi()))
        return Response(made[0], media_type="text/html")

    @app.get(_STYLE_PLACE, include_in_schema=False)
    async def send_style() -> Response:
        return Response(_STYLE, media_type="text/css")


def _render(description: dict[str, Any]) -> str:
    """Return the page."""
    info = description["info"]
    operations = [
        _render_operation(place, method, operation)
        for place, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = [_render_schema(name, schema) for name, schema in sorted(description["components"]["schemas"].items())]
    about = f"<p>{_text(info['description'])} For machines: <a href='/openapi.json'>openapi.json</a>.</p>"
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>inkdigits: reference</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<link rel='stylesheet' href='{_STYLE_PLACE}'></head><body>"
        f"<header><h1>inkdigits {_text(info['version'])}</h1>{about}</header>"
        f"<main>{''.join(operations)}{''.join(schemas)}</main></body></html>"
    )


def _render_operation(place: str, method: str, operation: dict[str, Any]) -> str:
    parameters = [
        (f"{entry['name']} ({entry['in']})", _kind(entry["schema"]), entry["schema"].get("description", ""))
        for entry in operation.get("parameters", [])
    ]
    bodies = [
        (kind, _kind(content.get("schema", {})), "")
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
    ]
    answers = [
        (
            status,
            ", ".join(_kind(content.get("schema", {})) for content in answer.get("content", {}).values()),
            answer["description"],
        )
        for status, answer in operation["responses"].items()
    ]
    tables = _table("parameter", parameters) + _table("body", bodies) + _table("answer", answers)
    about = f"<p>{_text(operation.get('description', ''))}</p>"
    return f"<section><h2><span>{method.upper()}</span> {_text(place)}</h2>{about}{tables}</section>"


def _render_schema(name: str, schema: dict[str, Any]) -> str:
    rows = [
        (member, _kind(values), values.get("description", ""))
        for member, values in schema.get("properties", {}).items()
    ]
    about = f"<p>{_text(schema.get('description', ''))}</p>"
    return f"<section id='{_text(name)}'><h2>{_text(name)}</h2>{about}{_table('member', rows)}</section>"


def _table(title: str, rows: list[tuple[str, str, str]]) -> str:
    """Return a table; the second cell of a row is HTML already."""
    if not rows:
        return ""
    lines = [f"<tr><td><code>{_text(a)}</code></td><td>{b}</td><td>{_text(c)}</td></tr>" for a, b, c in rows]
    return f"<table><tr><th>{title}</th><th>form</th><th>meaning</th></tr>{''.join(lines)}</table>"


def _kind(schema: dict[str, Any]) -> str:
    """Describe a schema in a few words, as HTML."""
    if "$ref" in schema:
        name = _text(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}" if "items" in schema else "list"
    words = [
        str(schema.get("type", "anything")),
        *(str(schema[key]) for key in ("format", "contentEncoding") if key in schema),
    ]
    return _text(" ".join(words))


def _text(text: str) -> str:
    return html.escape(text)
