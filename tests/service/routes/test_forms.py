"""Scans of a form are read by the template that comes with them; nothing on the server's disk is opened for it."""

from pathlib import Path

import httpx
import numpy as np
import pytest

from inkdigits.reading.output.drawing import encode_picture
from inkdigits.service.routes.form_schemas import FormAnswer, FormPageAnswer, FormProblem
from inkdigits.service.routes.schemas import Problem
from inkdigits.spec import UInt8Array
from support.documents import write_pdf
from support.drawing import blank
from support.forms import TALLY, fill, print_form

RIGHT = {"valid": "248", "invalid": " 19", "total": "267", "day": "2811"}


def png(page: UInt8Array) -> bytes:
    return encode_picture(page, ".png")


def post(client: httpx.Client, template: str, *parts: tuple[str, str, bytes], query: str = "") -> httpx.Response:
    files = [("template", ("tally.toml", template.encode())), *((part, (name, data)) for part, name, data in parts)]
    return client.post(f"/v1/forms/read{query}", files=files)


def test_each_page_has_an_answer(client: httpx.Client) -> None:
    pages = write_pdf([fill(RIGHT), np.rot90(fill(RIGHT), 2).copy()], 200)
    response = post(client, TALLY, ("scan", "two.pdf", pages), ("scan", "other.png", png(blank(600, 800))))
    assert response.status_code == 200, response.text
    first, second, third = FormAnswer.model_validate(response.json()).forms
    for answer in (first, second):
        assert isinstance(answer, FormPageAnswer)
        assert answer.fields["total"].text == "267"
        assert answer.outcome == "sure"
    assert isinstance(third, FormProblem)
    assert (third.scan, third.error) == ("other.png", "FormPageError")


def test_the_blank_form_comes_with_the_request(client: httpx.Client, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(print_form("boxes")))
    template = TALLY.replace('by = "marks"', f'by = "print"\nblank = "{secret.as_posix()}"')
    refused = Problem.model_validate(post(client, template, ("scan", "a.png", png(fill(RIGHT, "boxes")))).json())
    assert "expected parts named 'blank', one for each of 1 pages, got 0" in refused.detail


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("name = ", "expected TOML, got a mistake in it"),
        (TALLY.replace("cells = 3", "cells = -1", 1), "expected a number of cells, got -1"),
    ],
)
def test_a_template_with_a_mistake_is_refused(client: httpx.Client, template: str, told: str) -> None:
    response = post(client, template, ("scan", "a.png", png(print_form())))
    problem = Problem.model_validate(response.json())
    assert (problem.status, problem.error) == (422, "FormError")
    assert told in problem.detail


def test_what_is_no_such_form_is_refused(client: httpx.Client) -> None:
    assert post(client, TALLY).status_code == 422
    assert client.post("/v1/forms/read", content=b"x", headers={"Content-Type": "image/png"}).status_code == 415
    assert post(client, TALLY, ("picture", "a.png", b"x")).status_code == 422
    assert post(client, TALLY, ("scan", "a.png", png(blank(9, 9))), query="?odd=1").status_code == 422
