"""Pictures as sent and what is asked of them go in; the values of the answer come out, ready for JSON."""

import base64
import json
import time
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from inkdigits.errors import PictureError, PictureTooLargeError
from inkdigits.headers import read_header
from inkdigits.imaging import decode_color
from inkdigits.reader import DigitReader
from inkdigits.report import encode_picture, to_json, to_picture
from inkdigits.service.problems import describe_error
from inkdigits.service.uploads import Upload

__all__ = ["ReadOptions", "answer_uploads"]


class ReadOptions(BaseModel):
    """What may be asked for beside the reading, in the query."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    explain: Annotated[bool, Field(description="Add the stages between the picture and the answer.")] = False
    picture: Annotated[bool, Field(description="Add the picture with a box around each digit, as PNG.")] = False


def answer_uploads(
    reader: DigitReader, uploads: Sequence[Upload], options: ReadOptions, *, max_pixels: int, deadline: float
) -> dict[str, object]:
    """Read the pictures.

    Args:
        reader: That reads.
        uploads: One picture or more.
        options: What is asked for.
        max_pixels: Most pixels of a picture, as its header declares them.
        deadline: Time, as `time.monotonic` tells it, after which no further picture is begun.

    Returns:
        {"readings": [...]}, one for each picture in their order; of several pictures, one that cannot be read is a
        problem document in its place.

    Raises:
        PictureError: The only picture cannot be read.
        TimeoutError: The deadline has come.
    """
    readings = []
    for upload in uploads:
        if time.monotonic() > deadline:
            raise TimeoutError
        try:
            readings.append(_answer_upload(reader, upload, options, max_pixels))
        except PictureError as error:
            if len(uploads) == 1:
                raise
            readings.append({"picture": upload.name, **describe_error(error)})
    return {"readings": readings}


def _answer_upload(reader: DigitReader, upload: Upload, options: ReadOptions, max_pixels: int) -> dict[str, object]:
    header = read_header(upload.data)
    if header.width * header.height > max_pixels:
        msg = f"expected at most {max_pixels:,} pixels, got {header.width} x {header.height}; shrink the picture"
        raise PictureTooLargeError(msg)
    reading = reader.read(upload.data)
    values: dict[str, object] = json.loads(to_json(reading, upload.name))
    if options.picture:
        annotated = to_picture(decode_color(upload.data, max_pixels=max_pixels), reading)
        values["annotated"] = _to_base64(encode_picture(annotated, ".png"))
    return values


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
