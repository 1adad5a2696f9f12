"""Takes the encoded pictures out of a request's body: raw, as multipart form data, or as base64 in JSON."""

import base64
import binascii
import functools
from collections.abc import Callable
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

from inkdigits.service.transport.bounded_json import load_json

__all__ = ["FIELD", "Upload", "parse_parts", "parse_uploads", "refuse_other_form", "refuse_type"]

FIELD = "picture"  # name of the parts of a form that hold pictures
_FORMS = "image/png (or another picture's type), multipart/form-data or application/json"
_RAW = {b"application/pdf", b"application/octet-stream"}
_MEMBERS_PER_PICTURE = 300  # brackets, commas and colons of a picture in JSON: 6, and those in a name of 200 characters
_MAX_PART_HEADERS = 8_192  # bytes of the headers of a form's part; those of browsers have about 150
_MAX_NAME = 200  # characters of a picture's name that are kept


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture as it was sent: its name in the answer, its encoded bytes, and the part of a form that held it."""

    name: str
    data: bytes
    part: str = FIELD


def refuse_type(content_type: str) -> HTTPException | None:
    """Return why a body of that type is not taken; None when it is."""
    kind, _ = parse_options_header(content_type)
    if kind in {b"multipart/form-data", b"application/json", *_RAW} or kind.startswith(b"image/"):
        return None
    found = f"{content_type[:_MAX_NAME]!r}" if content_type else "no Content-Type"
    return HTTPException(415, f"expected {_FORMS}, got {found}; set the Content-Type of what is sent")


def refuse_other_form(content_type: str) -> HTTPException | None:
    """Return why a body of that type is not taken where only a form is; None when it is one."""
    kind, _ = parse_options_header(content_type)
    if kind == b"multipart/form-data":
        return None
    found = f"{content_type[:_MAX_NAME]!r}" if content_type else "no Content-Type"
    return HTTPException(415, f"expected multipart/form-data, got {found}; set the Content-Type of what is sent")


def parse_uploads(body: bytes, content_type: str, max_pictures: int) -> tuple[Upload, ...]:
    """Return the pictures of a request, one or more, in the order in which they were sent.

    Args:
        body: The request's body.
        content_type: The header that says how to parse the body.
        max_pictures: Largest number of pictures.

    Raises:
        HTTPException: 415 for another type; 400 for a form or JSON that is damaged; 422 for one without a picture or
            with something else; 413 for too many pictures.
    """
    kind, options = parse_options_header(content_type)
    if kind == b"multipart/form-data":
        uploads = _parse_form(body, options.get(b"boundary", b""), max_pictures)
    elif kind == b"application/json":
        uploads = _parse_json(body, max_pictures)
    elif kind.startswith(b"image/") or kind in _RAW:
        uploads = [Upload("picture-1", body)]
    else:
        raise refuse_type(content_type) or HTTPException(415, f"expected {_FORMS}")
    _check_count(len(uploads), max_pictures)
    if not uploads:
        raise HTTPException(422, "expected one picture or more, got none; send one")
    return tuple(uploads)


def _check_count(count: int, max_pictures: int) -> None:
    if count > max_pictures:
        raise HTTPException(413, f"expected at most {max_pictures} pictures, got more; send them in several requests")


def parse_parts(body: bytes, content_type: str, most: int, parts: tuple[str, ...]) -> tuple[Upload, ...]:
    """Return the parts of a form, in the order in which they were sent.

    Args:
        body: The request's body.
        content_type: The header that says how to parse the body.
        most: Largest number of parts.
        parts: Their names.

    Raises:
        HTTPException: 415 for another type; 400 for a damaged form; 422 for a part of another name; 413 for too many.
    """
    if (refusal := refuse_other_form(content_type)) is not None:
        raise refusal
    _, options = parse_options_header(content_type)
    return tuple(_parse_form(body, options.get(b"boundary", b""), most, parts))


def _parse_json(body: bytes, max_pictures: int) -> list[Upload]:

    expected = 'expected {"pictures": [{"data": "<base64>", "name": "<optional>"}]}'
    values = load_json(body, _MEMBERS_PER_PICTURE * (max_pictures + 1), expected)
    pictures = values.get("pictures") if isinstance(values, dict) and set(values) == {"pictures"} else None
    if not isinstance(pictures, list):
        raise HTTPException(422, f"{expected}, got another object; send a list of pictures and nothing beside it")
    _check_count(len(pictures), max_pictures)
    return [_parse_json_picture(picture, number, expected) for number, picture in enumerate(pictures, 1)]


def _parse_json_picture(picture: object, number: int, expected: str) -> Upload:
    values = picture if isinstance(picture, dict) and set(picture) <= {"data", "name"} else {}
    data, name = values.get("data"), values.get("name", f"picture-{number}")
    if not isinstance(data, str) or not isinstance(name, str):
        raise HTTPException(422, f"{expected}, picture {number} is another object; send data and, if wanted, a name")
    try:
        return Upload(name[:_MAX_NAME], base64.b64decode(data.encode("ascii", "replace"), validate=True))
    except binascii.Error as error:
        advice = "send the file's bytes in base64, without `data:` before them"
        raise HTTPException(422, f"{expected}, the data of picture {number} is no base64; {advice}") from error


def _parse_form(body: bytes, boundary: bytes, max_pictures: int, parts: tuple[str, ...] = (FIELD,)) -> list[Upload]:
    form = _Form(max_pictures, parts)
    try:
        parser = MultipartParser(boundary, callbacks=form.callbacks())  # type: ignore[arg-type] # a TypedDict of its own
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        msg = "expected multipart/form-data that ends with its boundary, got a damaged form; let a library write it"
        raise HTTPException(400, msg) from error
    if not form.is_complete:
        msg = "expected multipart/form-data that ends with its boundary, got a form that is cut short; send it whole"
        raise HTTPException(400, msg)
    return form.uploads


class _Form:
    """Collects the parts of a form in memory; the framework's parser would write large ones to disk."""

    def __init__(self, max_pictures: int, parts: tuple[str, ...]) -> None:
        self._parts = parts
        self.uploads: list[Upload] = []
        self.is_complete = False
        self._max_pictures = max_pictures
        self._names: list[bytes] = []
        self._values: list[bytes] = []
        self._name, self._value = bytearray(), bytearray()
        self._data = bytearray()
        self._header_bytes = 0

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": functools.partial(self._extend_header, self._name),
            "on_header_value": functools.partial(self._extend_header, self._value),
            "on_header_end": self._end_header,
            "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        _check_count(len(self.uploads) + 1, self._max_pictures)
        self._names, self._values, self._data = [], [], bytearray()
        self._header_bytes = 0

    def _extend_header(self, buffer: bytearray, data: bytes, start: int, end: int) -> None:
        self._header_bytes += end - start + 1
        if self._header_bytes > _MAX_PART_HEADERS:
            msg = f"expected at most {_MAX_PART_HEADERS:,} bytes of headers in a part, got more; let a library write it"
            raise HTTPException(400, msg)
        buffer.extend(data[start:end])

    def _end_header(self) -> None:
        self._names.append(bytes(self._name).lower())
        self._values.append(bytes(self._value))
        self._name.clear()
        self._value.clear()

    def _end(self) -> None:
        headers = dict(zip(self._names, self._values, strict=True))
        _, options = parse_options_header(headers.get(b"content-disposition", b""))
        field = options.get(b"name", b"").decode("utf-8", "replace")
        if field not in self._parts:
            advice = "send each picture under that name, and options in the query"
            known = ", ".join(map(repr, self._parts))
            raise HTTPException(422, f"expected parts named {known}, got {field[:_MAX_NAME]!r}; {advice}")
        name = options.get(b"filename", b"").decode("utf-8", "replace")[:_MAX_NAME]
        self.uploads.append(Upload(name or f"picture-{len(self.uploads) + 1}", bytes(self._data), field))

    def _finish(self) -> None:
        self.is_complete = True
