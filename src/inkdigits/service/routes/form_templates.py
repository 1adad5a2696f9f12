"""Makes the JSON answer to a request that opens a template: what it says, in the form in which a page can change it."""

import json

from starlette.exceptions import HTTPException

from inkdigits.errors import FormError
from inkdigits.forms.template import FieldSpec, Template, parse_template
from inkdigits.service.transport.tasks import Outcome
from inkdigits.service.transport.uploads import Upload, parse_parts

__all__ = ["find_template", "template_answer"]


def find_template(parts: tuple[Upload, ...]) -> Template:
    """Return the template among the parts of a form.

    Raises:
        HTTPException: 422 unless there is exactly one.
        FormError: It is no template.
        MissingExtraError: A field's check needs a library that is not installed.
    """
    templates = [part.data for part in parts if part.part == "template"]
    if len(templates) != 1:
        raise HTTPException(422, f"expected one part named 'template', got {len(templates)}; send the TOML file")
    try:
        return parse_template(templates[0].decode("utf-8"))
    except UnicodeDecodeError as error:
        msg = "the template: expected TOML in UTF-8, got other bytes; save it as UTF-8"
        raise FormError(msg) from error


def template_answer(body: bytes, content_type: str) -> Outcome:
    """Tell what a template says.

    Args:
        body: The request's body, with a part named `template`.
        content_type: The type of the body.

    Raises:
        HTTPException: As `parse_parts` and `find_template` raise it.
        InkdigitsError: As `find_template` raises it.
    """
    template = find_template(parse_parts(body, content_type, 1, ("template",)))
    registration = template.registration
    answer = {
        "name": template.name,
        "size": list(template.size),
        "pages": template.pages,
        "registration": {
            "by": registration.by,
            "marks": [list(mark) for mark in registration.marks],
            "mark_size": registration.mark_size,
            "ring": registration.ring,
            "blank": [path.as_posix() for path in registration.blanks],
        },
        "fields": [_describe_field(spec) for spec in template.fields],
        "rules": [rule.text for rule in template.rules],
        "sure_from": template.sure_from,
    }
    return Outcome(json.dumps(answer).encode("ascii"))


def _describe_field(spec: FieldSpec) -> dict[str, object]:
    options = spec.options
    return {
        "name": spec.name,
        "box": list(spec.box),
        "cells": [list(cell) for cell in spec.cells],
        "page": spec.page,
        "lines": spec.lines,
        "label": spec.label,
        "required": spec.required,
        "crosses": spec.crosses,
        "length": options.length,
        "pattern": options.pattern,
        "kind": options.kind,
        "order": options.order,
        "check": options.check,
        "handwritten": options.handwritten,
    }
