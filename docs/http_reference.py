"""Write docs/http.md, the reference of the HTTP interface, from what the service says of itself (OpenAPI)."""

from collections.abc import Iterator
from typing import Any

from inkdigits import DigitReader
from inkdigits.service import create_app

INTRODUCTION = """# HTTP

Made from the service's own description by `make docs`. A running service shows the same at `/docs`, and for machines at
`/openapi.json`. [The service](service.md) has examples, limits and how to run it.
"""


def write() -> str:
    """Return the page."""
    described = create_app(DigitReader()).openapi()
    operations = [
        (f"{method.upper()} {path}", operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = described["components"]["schemas"]
    parts = [INTRODUCTION]
    parts += ["\n".join(_operation(title, operation)) for title, operation in operations]
    parts.append("## Members of bodies\n")
    parts += ["\n".join(_schema(name, schemas[name])) for name in sorted(schemas) if "properties" in schemas[name]]
    return "\n".join(parts)


def _operation(title: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"## `{title}`\n"
    yield f"{operation.get('description', operation['summary'])}\n"
    if parameters := operation.get("parameters"):
        yield "| parameter | in | type | default | meaning |"
        yield "|---|---|---|---|---|"
        for each in parameters:
            schema = each["schema"]
            default = _cell(f"`{schema['default']}`" if schema.get("default") is not None else "-")
            meaning = _cell(each.get("description", "-"))
            yield f"| `{each['name']}` | {each['in']} | {_type(schema)} | {default} | {meaning} |"
        yield ""
    if body := operation.get("requestBody"):
        kinds = ", ".join(f"{_link(content)}`{kind}`" for kind, content in body["content"].items())
        yield f"Body: {_cell(body.get('description', ''))} {kinds}\n".replace("  ", " ")
    yield "| status | meaning | body |"
    yield "|---|---|---|"
    for status, answer in operation["responses"].items():
        bodies = ", ".join(f"{_link(content)}`{kind}`" for kind, content in answer.get("content", {}).items()) or "-"
        yield f"| {status} | {_cell(answer['description'])} | {bodies} |"
    yield ""


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}\n"
    if "description" in schema:
        yield f"{schema['description']}\n"
    yield "| member | type | required | meaning |"
    yield "|---|---|---|---|"
    for member, its in schema["properties"].items():
        is_required = "yes" if member in schema.get("required", []) else "no"
        yield f"| `{member}` | {_type(its)} | {is_required} | {_cell(its.get('description', '-'))} |"
    yield ""


def _type(schema: dict[str, Any]) -> str:
    """Return a schema's type in a few words, with a link where it is an object of this page."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    kind = str(schema.get("type", "any"))
    if kind == "array" and "items" in schema:
        return f"array of {_type(schema['items'])}"
    bounds = [f"{words} {schema[key]}" for key, words in (("minimum", "from"), ("maximum", "to")) if key in schema]
    return " ".join([kind, *bounds])


def _link(content: dict[str, Any]) -> str:
    reference = content.get("schema", {})
    return f"{_type(reference)} as " if "$ref" in reference else ""


def _cell(text: str) -> str:
    """Return text for a cell of a table: one line, no bars."""
    return " ".join(text.replace("|", "\\|").split())
