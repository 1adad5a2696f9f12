"""Parses frames from bodies of the Open Inference Protocol, and writes probabilities as its answers.

Tensors are numbers in the JSON, or bytes after it: Triton's extension `binary_tensor_data`.
"""

import json
import math
import secrets
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.exceptions import HTTPException

from inkdigits.service.transport.bounded_json import cut_numbers, load_json
from inkdigits.service.transport.numerals import parse_numerals
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, OUTPUT_NAME, Float32Array, UInt8Array

__all__ = ["INPUT", "OUTPUT", "InferRequest", "parse_infer_request", "write_infer_answer"]

INPUT: dict[str, object] = {"name": INPUT_NAME, "datatype": "UINT8", "shape": [-1, FRAME_SIDE, FRAME_SIDE, 1]}
OUTPUT: dict[str, object] = {"name": OUTPUT_NAME, "datatype": "FP32", "shape": [-1, CLASS_COUNT]}
_FRAME = (FRAME_SIDE, FRAME_SIDE, 1)
_MAX_MEMBERS = 2_000  # of a request beside its numbers; Triton's client sends about 30
_EXPECTED = f"expected one input named {INPUT_NAME!r}, UINT8 of shape [N, {FRAME_SIDE}, {FRAME_SIDE}, 1]"


@dataclass(frozen=True, slots=True)
class InferRequest:
    """A request for inference.

    Attributes:
        frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink.
        id: What the client calls the request; None when it has no name.
        is_binary: Whether the answer's tensor is wanted as bytes.
    """

    frames: UInt8Array
    id: str | None
    is_binary: bool


def parse_infer_request(body: bytes, json_length: int | None, max_frames: int) -> InferRequest:
    """Return what a body asks for.

    Args:
        body: JSON, and after it the bytes of tensors.
        json_length: Bytes of the JSON; None when the whole body is JSON.
        max_frames: Largest number of frames.

    Raises:
        HTTPException: 400 for a body that is not JSON; 422 for other tensors; 413 for too many frames or members.
    """
    cut = cut_numbers(body[:json_length], secrets.token_hex(8))
    loaded = load_json(cut.rest, _MAX_MEMBERS, "expected JSON, as the Open Inference Protocol has it")
    values: dict[str, Any] = loaded if isinstance(loaded, dict) else {}
    tail = b"" if json_length is None else body[json_length:]
    inputs = values.get("inputs")
    if not (isinstance(inputs, list) and len(inputs) == 1 and isinstance(inputs[0], dict)):
        raise HTTPException(422, f"{_EXPECTED}, got another list of inputs; send that one")
    name = values.get("id")
    if not isinstance(name, str | None):
        raise HTTPException(422, f"expected an id that is a string, got {type(name).__name__}; leave it out")
    return InferRequest(_parse_input(inputs[0], cut.numbers, tail, max_frames), name, _wants_binary(values))


def write_infer_answer(
    probabilities: Float32Array, request: InferRequest, model: str, version: str
) -> tuple[bytes, int | None]:
    """Return the body of an answer, and the length of its JSON if the tensor follows as bytes.

    Args:
        probabilities: float32, shape (N, 10).
        request: The request.
        model: Name of the bundle.
        version: Version of the bundle.
    """
    output: dict[str, object] = {**OUTPUT, "shape": list(probabilities.shape)}
    tail = probabilities.astype("<f4").tobytes() if request.is_binary else b""
    if request.is_binary:
        output["parameters"] = {"binary_data_size": len(tail)}
    else:
        output["data"] = probabilities.ravel().tolist()
    answer: dict[str, object] = {"model_name": model, "model_version": version, "outputs": [output]}
    if request.id is not None:
        answer["id"] = request.id
    head = json.dumps(answer).encode()
    return head + tail, len(head) if request.is_binary else None


def _parse_input(values: dict[str, Any], cut: dict[str, bytes], tail: bytes, max_frames: int) -> UInt8Array:
    name, kind, shape = values.get("name"), values.get("datatype"), values.get("shape")
    is_shape = isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape)
    if name != INPUT_NAME or kind != "UINT8" or not isinstance(shape, list) or not is_shape or (*shape[1:],) != _FRAME:
        found = f"{name!r:.50}, {kind!r:.50} of shape {shape!r:.50}"
        raise HTTPException(422, f"{_EXPECTED}, got {found}; /v2/models tells what is taken")
    if shape[0] > max_frames:
        raise HTTPException(413, f"expected at most {max_frames:,} frames, got {shape[0]:,}; send several requests")
    parameters = values.get("parameters")
    size = parameters.get("binary_data_size") if isinstance(parameters, dict) else None
    if size is not None:
        return _from_bytes(tail, size, shape)
    return parse_numerals(_find_text(values.get("data"), cut), shape)


def _from_bytes(tail: bytes, size: object, shape: list[int]) -> UInt8Array:
    if size != len(tail):
        found = f"{len(tail):,} bytes after the JSON"
        msg = f"expected binary_data_size to be what follows the JSON, got {size!r:.50} and {found}; set both headers"
        raise HTTPException(422, msg)
    if len(tail) != math.prod(shape):
        msg = f"expected {math.prod(shape):,} numbers for the shape {shape}, got {len(tail):,}; send as many"
        raise HTTPException(422, msg)
    return np.frombuffer(tail, dtype=np.uint8).reshape(shape)


def _find_text(data: object, cut: dict[str, bytes]) -> bytes:
    """Return the text of the numbers that were cut out where `data` stands."""
    if isinstance(data, str) and data in cut:
        return cut[data]
    if isinstance(data, list):  # its name was written with escapes, so it was not cut out; it is a short one
        return json.dumps(data).encode("ascii")
    msg = "expected data that is a list of whole numbers from 0 to 255, got something else"
    raise HTTPException(422, f"{msg}; send the frame's bytes as numbers")


def _wants_binary(values: dict[str, Any]) -> bool:
    """Return whether the probabilities are wanted as bytes: for all outputs, or for this one."""
    outputs = values.get("outputs")
    if outputs is None:
        return _flag(values, "binary_data_output")
    is_known = isinstance(outputs, list) and all(isinstance(output, dict) for output in outputs)
    if not is_known or {output.get("name") for output in outputs} != {OUTPUT_NAME}:
        raise HTTPException(422, f"expected the output {OUTPUT_NAME!r}, got other ones; ask for that one or for none")
    return any(_flag(output, "binary_data") for output in outputs)


def _flag(values: dict[str, Any], name: str) -> bool:
    parameters = values.get("parameters")
    return isinstance(parameters, dict) and parameters.get(name) is True
