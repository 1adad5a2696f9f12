"""Frames in bodies of the Open Inference Protocol: as numbers and as bytes, and what is refused with which status."""

import json
from typing import Any

import numpy as np
import pytest

pytest.importorskip("fastapi")

from starlette.exceptions import HTTPException

from inkdigits.service.transport.tensors import parse_infer_request, write_infer_answer
from inkdigits.spec import UInt8Array


def _frames(count: int = 2) -> UInt8Array:
    return np.random.default_rng(3).integers(0, 256, (count, 28, 28, 1), dtype=np.uint8)


def _body(frames: UInt8Array, **changes: object) -> dict[str, Any]:
    tensor = {"name": "frames", "datatype": "UINT8", "shape": list(frames.shape), "data": frames.ravel().tolist()}
    return {"id": "a", "inputs": [tensor | changes]}


def test_numbers_flat_or_nested_are_frames() -> None:
    frames = _frames()
    for data in (frames.ravel().tolist(), frames.tolist()):
        request = parse_infer_request(json.dumps(_body(frames, data=data)).encode(), None, 10)
        assert np.array_equal(request.frames, frames)
        assert (request.id, request.is_binary) == ("a", False)


def test_bytes_after_the_json_are_frames() -> None:
    frames = _frames()
    body = _body(frames, parameters={"binary_data_size": frames.size})
    del body["inputs"][0]["data"]
    head = json.dumps(body | {"parameters": {"binary_data_output": True}}).encode()
    request = parse_infer_request(head + frames.tobytes(), len(head), 10)
    assert np.array_equal(request.frames, frames)
    assert request.is_binary


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"name": "images"}, 422),
        ({"datatype": "FP32"}, 422),
        ({"shape": [2, 28, 28]}, 422),
        ({"shape": [-2, 28, 28, 1]}, 422),
        ({"shape": [True, 28, 28, 1]}, 422),
        ({"shape": [11, 28, 28, 1]}, 413),
        ({"data": [1, 2, 3]}, 422),
        ({"data": [0.5] * 1568}, 422),
        ({"data": [256] * 1568}, 422),
        ({"data": [[1], [1, 2]]}, 422),
        ({"data": "zero"}, 422),
        ({"parameters": {"binary_data_size": 5}}, 422),
    ],
)
def test_other_tensors_are_refused(changes: dict[str, Any], status: int) -> None:
    with pytest.raises(HTTPException) as refused:
        parse_infer_request(json.dumps(_body(_frames(), **changes)).encode(), None, 10)
    assert refused.value.status_code == status


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 422), (b'{"inputs": []}', 422), (b"[" * 99_999, 400)]
)
def test_other_bodies_are_refused(body: bytes, status: int) -> None:
    with pytest.raises(HTTPException) as refused:
        parse_infer_request(body, None, 10)
    assert refused.value.status_code == status


def test_an_answer_holds_the_probabilities_as_numbers_or_as_bytes() -> None:
    frames = _frames()
    probabilities = np.random.default_rng(4).random((2, 10), dtype=np.float32)
    request = parse_infer_request(json.dumps(_body(frames)).encode(), None, 10)
    body, length = write_infer_answer(probabilities, request, "mine", "1.0.0")
    answer = json.loads(body)
    assert length is None
    assert (answer["id"], answer["model_name"], answer["outputs"][0]["shape"]) == ("a", "mine", [2, 10])
    assert np.allclose(answer["outputs"][0]["data"], probabilities.ravel())
    wanted = _body(frames) | {"outputs": [{"name": "probabilities", "parameters": {"binary_data": True}}]}
    request = parse_infer_request(json.dumps(wanted).encode(), None, 10)
    body, length = write_infer_answer(probabilities, request, "mine", "1.0.0")
    assert length is not None
    assert np.array_equal(np.frombuffer(body[length:], dtype="<f4"), probabilities.ravel())
