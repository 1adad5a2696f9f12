"""Bodies that hold pictures: what is too much of anything is refused before it is taken apart."""

import json
import time

import pytest

pytest.importorskip("fastapi")

from starlette.exceptions import HTTPException

from inkdigits.service.transport.uploads import parse_uploads

PART = b'--b\r\nContent-Disposition: form-data; name="picture"\r\n'
HUGE = {
    "pictures": ("application/json", b'{"pictures":[' + b'{"data":""},' * 800_000 + b'{"data":""}]}', 413),
    "nested lists": ("application/json", b"[" + b"[]," * 3_000_000 + b"[]]", 413),
    "deep lists": ("application/json", b"[" * 9_000_000, 400),
    "deep objects": ("application/json", b'{"a":' * 1_500_000, 400),
    "headers": ("multipart/form-data; boundary=b", PART + b"A: b\r\n" * 1_000_000, 400),
    "one header": ("multipart/form-data; boundary=b", PART + b"A: " + b"b" * 5_000_000, 400),
    "parts": ("multipart/form-data; boundary=b", (PART + b"\r\n\r\n") * 100_000 + b"--b--\r\n", 413),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_refused_at_once(name: str) -> None:
    kind, body, status = HUGE[name]
    start = time.process_time()
    with pytest.raises(HTTPException) as refused:
        parse_uploads(body, kind, 16)
    assert refused.value.status_code == status
    assert time.process_time() - start < 1


def test_as_many_pictures_as_are_allowed_may_have_odd_names() -> None:
    pictures = [{"data": "", "name": "[{,:" * 60} for _ in range(16)]
    uploads = parse_uploads(json.dumps({"pictures": pictures}).encode(), "application/json", 16)
    assert len(uploads) == 16
