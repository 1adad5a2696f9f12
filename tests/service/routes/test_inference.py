"""The Open Inference Protocol as Triton's own client speaks it, and what is refused."""

import json

import httpx
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.models.bundle import read_bundle
from inkdigits.models.classifier import Classifier
from support.serving import Address

URL = "/v2/models/accurate/infer"
VERSION = read_bundle("accurate").info.version


def frames(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(5).integers(0, 256, (count, 28, 28, 1), dtype=np.uint8)


def asked(**changes: object) -> dict[str, object]:
    """Return a request of one black frame, with changes to its input."""
    tensor = {"name": "frames", "datatype": "UINT8", "shape": [1, 28, 28, 1], "data": [0] * 784}
    return {"inputs": [{**tensor, **changes}]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of gevent, on which the client stands
@pytest.mark.parametrize("is_binary_in", [True, False])
@pytest.mark.parametrize("is_binary_out", [True, False])
def test_tritons_client_gets_what_the_classifier_says(
    address: Address, *, is_binary_in: bool, is_binary_out: bool
) -> None:
    triton = pytest.importorskip("tritonclient.http")
    with triton.InferenceServerClient(f"127.0.0.1:{address.port}") as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("accurate")
        assert client.is_model_ready("accurate", VERSION)
        told = client.get_model_metadata("accurate")
        (tensor,) = told["inputs"]
        for count in (0, 1, 7):
            x = frames(count)
            given = triton.InferInput(tensor["name"], list(x.shape), tensor["datatype"])
            given.set_data_from_numpy(x, binary_data=is_binary_in)
            wanted = triton.InferRequestedOutput(told["outputs"][0]["name"], binary_data=is_binary_out)
            result = client.infer("accurate", [given], outputs=[wanted], request_id="seven")
            assert result.get_response()["id"] == "seven"
            np.testing.assert_array_equal(result.as_numpy("probabilities"), Classifier().predict_proba(x))
        with pytest.raises(triton.InferenceServerException, match="expected the model 'accurate'"):
            client.get_model_metadata("slow")


def test_numbers_may_be_nested(client: httpx.Client, reader: DigitReader) -> None:
    x = frames(2)
    answer = client.post(URL, json=asked(shape=[2, 28, 28, 1], data=x.tolist())).json()
    (output,) = answer["outputs"]
    assert (answer["model_name"], answer["model_version"], "id" in answer) == ("accurate", VERSION, False)
    assert (output["name"], output["datatype"], output["shape"]) == ("probabilities", "FP32", [2, 10])
    np.testing.assert_allclose(np.reshape(output["data"], (2, 10)), reader.classifier.predict_proba(x))


def test_the_server_is_described(client: httpx.Client) -> None:
    assert client.get("/v2").json()["extensions"] == ["binary_tensor_data"]
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get(f"/v2/models/accurate/versions/{VERSION}").json() == client.get("/v2/models/accurate").json()


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({}, 422, "'frames'"),
        ({"inputs": []}, 422, "'frames'"),
        ({"inputs": [3]}, 422, "'frames'"),
        ([], 422, "'frames'"),
        (asked(name="pictures"), 422, "'pictures'"),
        (asked(datatype="FP32"), 422, "'FP32'"),
        (asked(shape=[1, 28, 28]), 422, "[1, 28, 28]"),
        (asked(shape=[-1, 28, 28, 1]), 422, "[-1"),
        (asked(shape=[True, 28, 28, 1]), 422, "[True"),
        (asked(shape="1"), 422, "'1'"),
        (asked(shape=[9, 28, 28, 1]), 413, "at most 8 frames"),
        (asked(data=[0] * 783), 422, "784 numbers"),
        (asked(data=[0.5] * 784), 422, "whole numbers"),
        (asked(data=[256] * 784), 422, "0 to 255"),
        (asked(data=[-1] * 784), 422, "0 to 255"),
        (asked(data=[10**30] * 784), 422, "whole numbers"),
        (asked(data=[True] * 784), 422, "whole numbers"),
        (asked(data=["a"] * 784), 422, "whole numbers"),
        (asked(data=[[1], [2, 3]]), 422, "different lengths"),
        (asked(data=7), 422, "whole numbers"),
        (asked(data=None), 422, "whole numbers"),
        (asked(data={}), 422, "whole numbers"),
        (asked(parameters={"binary_data_size": 784}), 422, "binary_data_size"),
        ({**asked(), "outputs": [{"name": "logits"}]}, 422, "'probabilities'"),
        ({**asked(), "outputs": 3}, 422, "'probabilities'"),
        ({**asked(), "id": 3}, 422, "id"),
    ],
)
def test_what_is_refused_says_what_is_expected_where_clients_look(
    client: httpx.Client, request_: object, status: int, words: str
) -> None:
    response = client.post(URL, json=request_)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem = response.json()
    assert words in problem["detail"]
    assert problem["error"] == problem["detail"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"\xff", {}, 400),
        (json.dumps(asked()).encode(), {"Inference-Header-Content-Length": "few"}, 422),
        (json.dumps(asked()).encode(), {"Inference-Header-Content-Length": "9" * 5_000}, 422),
        (json.dumps(asked()).encode(), {"Inference-Header-Content-Length": "5"}, 400),
        (b"x" * 300_001, {}, 413),
    ],
)
def test_damaged_bodies(client: httpx.Client, body: bytes, headers: dict[str, str], status: int) -> None:
    assert client.post(URL, content=body, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/v2/models/slow", "/v2/models/accurate/versions/2", "/v2/models/slow/ready"])
def test_other_models_are_not_found(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, "'accurate'" in response.json()["error"]) == (404, True)
    assert client.post(f"{URL.replace('accurate', 'slow')}", json=asked()).status_code == httpx.codes.NOT_FOUND
