"""Frames in bodies of the Open Inference Protocol: as numbers and as bytes, and what is refused with which status."""

import json
import time
import tracemalloc
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


def _texts(shape: list[int], text: str) -> bytes:
    body = json.dumps(_body(_frames(), shape=shape))
    return body.replace(json.dumps(_frames().ravel().tolist()), text).encode()


@pytest.mark.parametrize("spaces", ["", " ", "\t\r\n  "])
def test_spaces_between_numbers_do_not_matter(spaces: str) -> None:
    frames = _frames(1)
    text = "[" + f"{spaces},{spaces}".join(map(str, frames.ravel())) + f"{spaces}]"
    assert np.array_equal(parse_infer_request(_texts([1, 28, 28, 1], text), None, 10).frames, frames)


def test_no_frames_are_no_numbers() -> None:
    assert parse_infer_request(_texts([0, 28, 28, 1], "[ ]"), None, 10).frames.shape == (0, 28, 28, 1)


def test_a_name_in_escapes_and_lists_in_other_places_are_what_they_are() -> None:
    frames = _frames(1)
    body = json.dumps(_body(frames)).replace('"data"', '"d\\u0061ta"').encode()
    assert np.array_equal(parse_infer_request(body, None, 10).frames, frames)
    named = {"parameters": {"data": [1, 2]}} | _body(frames) | {"id": '"data": [7]'}
    request = parse_infer_request(json.dumps(named).encode(), None, 10)
    assert np.array_equal(request.frames, frames)
    assert request.id == '"data": [7]'


@pytest.mark.parametrize(
    "numbers",
    [
        "1 2", "1,,2", ",1", "1,", "01", "-1", "1.0", "1e2", "256", "99999999999999999999", "true", "null", '"1"', '""',
        "{}", "[1]2", "1[2]", "[1],2", "NaN", "1]", "0x1", "\u0661",
    ],
)  # fmt: skip
def test_whatever_is_no_whole_number_of_one_byte_is_refused(numbers: str) -> None:
    text = "[" + "0," * 782 + numbers + "]"
    with pytest.raises(HTTPException) as refused:
        parse_infer_request(_texts([1, 28, 28, 1], text), None, 10)
    assert refused.value.status_code in {400, 422}


HUGE = {
    "long strings": b'["' + b"x" * 144_000 + b'"' + b',""' * 783 + b"]",
    "nested lists": b"[" + b"[]," * 3_000_000 + b"[]]",
    "deep lists": b"[" * 9_000_000,
    "one long number": b"[" + b"1" * 9_000_000 + b"]",
    "many numbers": b"[" + b"1," * 4_000_000 + b"1]",
    "spaces": b"[1" + b" " * 9_000_000 + b"]",
    "objects": b"[" + b"{}," * 3_000_000 + b"{}]",
    "many tensors": b"[]" + b',"data":[]' * 900_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_refused_before_it_takes_memory(name: str) -> None:
    head = b'{"inputs":[{"name":"frames","datatype":"UINT8","shape":[1,28,28,1],"data":'
    body = head + HUGE[name] + b"}]}"
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(HTTPException) as refused:
        parse_infer_request(body, None, 4_096)
    seconds, (_, most) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.status_code in {400, 413, 422}
    assert seconds < 2
    assert most < 8 * len(body) + 1_000_000


def test_members_beside_the_numbers_are_few() -> None:
    body = json.dumps(_body(_frames()) | {"parameters": {"more": [[]] * 100_000}}).encode()
    with pytest.raises(HTTPException) as refused:
        parse_infer_request(body, None, 10)
    assert refused.value.status_code == 413


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
