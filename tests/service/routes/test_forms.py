"""Scans of a form are read by the template that comes with them; nothing on the server's disk is opened for it."""

import base64
from pathlib import Path

import httpx
import numpy as np
import pytest

from inkdigits.reading.output.drawing import encode_picture
from inkdigits.reading.pictures.decoding import decode
from inkdigits.service.routes.form_schemas import (
    DraftAnswer,
    FormAnswer,
    FormPageAnswer,
    FormProblem,
    TemplateAnswer,
)
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


def test_a_blank_form_is_drafted_whatever_its_format(client: httpx.Client) -> None:
    data = write_pdf([print_form("boxes")], 200)
    headers = {"Content-Type": "application/pdf"}
    response = client.post("/v1/forms/draft?width=110&height=150", content=data, headers=headers)
    assert response.status_code == 200, response.text
    draft = DraftAnswer.model_validate(response.json())
    assert draft.size == [150, 110]  # it lies across
    assert [len(field.cells) for field in draft.fields] == [3, 3, 3, 2, 2, 0]
    assert draft.fields[0].box == pytest.approx([25, 30, 24, 10], abs=0.6)
    picture = decode(base64.b64decode(draft.picture))
    assert picture.shape[1] / picture.shape[0] == pytest.approx(draft.pixels[0] / draft.pixels[1], rel=0.01)


def test_each_page_of_a_blank_form_is_drafted_with_its_marks(client: httpx.Client) -> None:
    data = write_pdf([blank(400, 600), print_form()], 200)
    headers = {"Content-Type": "application/pdf"}
    url = "/v1/forms/draft?width=150&height=110"
    second = DraftAnswer.model_validate(client.post(f"{url}&page=2", content=data, headers=headers).json())
    assert (second.page, second.pages, second.ring, len(second.fields)) == (2, 2, True, 6)
    np.testing.assert_allclose(second.marks, [[12, 12], [138, 12], [138, 98], [12, 98]], atol=0.3)
    first = DraftAnswer.model_validate(client.post(url, content=data, headers=headers).json())
    assert (first.page, first.pages, first.marks, first.ring) == (1, 2, [], None)
    assert client.post(f"{url}&page=3", content=data, headers=headers).status_code == 415
    page = print_form().copy()
    page[200:-200, 150:-150] = 255  # the marks alone
    alone = DraftAnswer.model_validate(
        client.post(url, content=png(page), headers={"Content-Type": "image/png"}).json()
    )
    assert (len(alone.fields), len(alone.marks)) == (0, 4)


def test_a_blank_forms_pages_may_come_as_one_document(client: httpx.Client) -> None:
    second = TALLY.split("[[field]]")[1].replace("valid", "more")
    template = f"{TALLY.replace(chr(34) + 'marks' + chr(34), chr(34) + 'print' + chr(34))}[[field]]{second}page = 2\n"
    template = template.replace('by = "print"', 'by = "print"\nblank = ["a", "b"]')
    pages = write_pdf([print_form(), np.asarray(255 - print_form()[::-1])], 200)
    response = post(client, template, ("blank", "two.pdf", pages), ("scan", "a.png", png(fill(RIGHT))))
    (answer,) = FormAnswer.model_validate(response.json()).forms
    assert isinstance(answer, FormPageAnswer)
    assert (answer.form_page, answer.fields["valid"].text) == (1, "248")
    refused = post(client, template, ("blank", "one.png", png(print_form())), ("scan", "a.png", png(fill(RIGHT))))
    assert "one for each of 2 pages, got 1" in Problem.model_validate(refused.json()).detail


def test_a_template_is_opened(client: httpx.Client) -> None:
    def send(text: bytes) -> httpx.Response:
        return client.post("/v1/forms/template", files=[("template", ("tally.toml", text))])

    opened = TemplateAnswer.model_validate(send(TALLY.encode()).json())
    assert (opened.name, opened.size, opened.pages, opened.rules) == (
        "Tally",
        [150, 110],
        1,
        ["valid + invalid == total"],
    )
    assert (opened.registration.by, opened.registration.marks[2]) == ("marks", [138, 98])
    assert [(field.name, len(field.cells)) for field in opened.fields] == [
        ("valid", 3),
        ("invalid", 3),
        ("total", 3),
        ("day", 4),
        ("note", 0),
    ]
    day = opened.fields[3]
    assert (day.pattern, day.label, day.crosses, day.required) == ("dd/dd", "day", "doubt", False)
    for text, told in ((b"name = ", "a mistake in it"), (b"\xff", "TOML in UTF-8"), (b"[page]", "size")):
        refused = send(text)
        assert refused.status_code == 422
        assert told in Problem.model_validate(refused.json()).detail
    assert client.post("/v1/forms/template", content=b"x", headers={"Content-Type": "image/png"}).status_code == 415


def test_a_page_without_fields_is_drafted_too(client: httpx.Client) -> None:
    response = client.post("/v1/forms/draft", content=png(blank(400, 600)), headers={"Content-Type": "image/png"})
    draft = DraftAnswer.model_validate(response.json())
    assert (draft.fields, draft.size, draft.pixels) == ([], [297, 210], [600, 400])
    assert decode(base64.b64decode(draft.picture)).shape == (400, 600)


def test_what_cannot_be_drafted_is_refused(client: httpx.Client) -> None:
    text = client.post("/v1/forms/draft", content=b"no picture", headers={"Content-Type": "image/png"})
    assert (text.status_code, Problem.model_validate(text.json()).error) == (415, "PictureFormatError")
    two = [("picture", ("a.png", png(blank(9, 9)))), ("picture", ("b.png", png(blank(9, 9))))]
    assert client.post("/v1/forms/draft", files=two).status_code == 422
    odd = client.post("/v1/forms/draft?width=5", content=png(blank(9, 9)), headers={"Content-Type": "image/png"})
    assert odd.status_code == 422
