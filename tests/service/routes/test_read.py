"""Pictures in each of the three forms are read as in Python; unreadable ones are answered with a problem document."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import httpx
import numpy as np
import pytest

from inkdigits import DigitReader, PictureError
from inkdigits.reading.output.serialization import to_json
from inkdigits.reading.pictures.decoding import decode, decode_color
from inkdigits.service.routes.schemas import Problem, ProblemAnswer, ReadAnswer, ReadingAnswer
from support import bad_pictures
from support.documents import write_pdf, write_tiff

SAMPLES = Path(__file__).parents[3] / "samples"
PHOTO, CELL, BLANK = (SAMPLES / name for name in ("photo-20741.jpg", "cell-5.png", "blank.jpg"))
Request: TypeAlias = dict[str, Any]  # what httpx is to send
MINUS = Path(__file__).parents[2] / "reading" / "cases" / "minus.png"
PAGE = SAMPLES / "page-314159-2653-58979.png"


def as_raw(path: Path) -> Request:
    return {"content": path.read_bytes(), "headers": {"Content-Type": "image/png"}}


def as_form(*paths: Path) -> Request:
    return {"files": [("picture", (path.name, path.read_bytes())) for path in paths]}


def as_json(*paths: Path) -> Request:
    pictures = [{"name": path.name, "data": base64.b64encode(path.read_bytes()).decode()} for path in paths]
    return {"json": {"pictures": pictures}}


def post(client: httpx.Client, request: Request, query: str = "") -> httpx.Response:
    return client.post(f"/v1/read{query}", **request)


def check_problem(response: httpx.Response, status: int, *words: str) -> Problem:
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem = Problem.model_validate(response.json())
    assert problem.status == status
    assert all(word in problem.detail for word in words), problem.detail
    assert "Traceback" not in response.text
    return problem


@pytest.mark.parametrize(("request_of", "name"), [(as_raw, "picture-1"), (as_form, PHOTO.name), (as_json, PHOTO.name)])
def test_each_form_gives_what_python_gives(
    client: httpx.Client, reader: DigitReader, request_of: Callable[..., Request], name: str
) -> None:
    response = post(client, request_of(PHOTO))
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.json() == {"readings": [json.loads(to_json(reader.read(PHOTO), name))]}


@pytest.mark.parametrize("request_of", [as_form, as_json])
def test_several_pictures_are_answered_in_their_order(client: httpx.Client, request_of: Callable[..., Request]) -> None:
    readings = post(client, request_of(CELL, PHOTO, BLANK)).json()["readings"]
    assert [(reading["picture"], reading["text"], reading["outcome"]) for reading in readings] == [
        (CELL.name, "5", "digits"),
        (PHOTO.name, "20741", "digits"),
        (BLANK.name, "", "blank"),
    ]


def test_of_several_pictures_a_bad_one_is_a_problem_in_its_place(client: httpx.Client) -> None:
    answer = ReadAnswer.model_validate(post(client, as_form(CELL, Path(__file__), PHOTO)).json())
    good, bad, last = answer.readings
    assert isinstance(good, ReadingAnswer)
    assert isinstance(last, ReadingAnswer)
    assert isinstance(bad, ProblemAnswer)
    assert (good.text, last.text) == ("5", "20741")
    assert (bad.status, bad.error, bad.picture) == (415, "PictureFormatError", Path(__file__).name)


def test_the_annotated_picture_is_a_png_of_the_same_place(client: httpx.Client) -> None:
    reading = post(client, as_raw(PHOTO), "?picture=true").json()["readings"][0]
    data = np.frombuffer(base64.b64decode(reading["annotated"]), np.uint8)
    annotated = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert annotated is not None
    assert (np.asarray(annotated.shape[:2]) >= (reading["height"], reading["width"])).all()
    assert "annotated" not in post(client, as_raw(PHOTO)).json()["readings"][0]


def test_the_original_is_a_png_of_what_was_read(client: httpx.Client) -> None:
    reading = post(client, as_raw(PHOTO), "?original=true").json()["readings"][0]
    original = cv2.imdecode(np.frombuffer(base64.b64decode(reading["original"]), np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(original, decode_color(PHOTO))
    assert "original" not in post(client, as_raw(PHOTO)).json()["readings"][0]
    several = post(client, as_raw(PHOTO), "?original=true&box=0,0,20,20&box=5,5,25,25").json()["readings"]
    assert ["original" in one for one in several] == [True, False]


def test_one_page_of_a_document_is_read_however_many_it_has(client: httpx.Client, reader: DigitReader) -> None:
    pages = [*4 * [np.full((60, 60), 255, np.uint8)], decode(CELL)]  # a request may have 4
    document: Request = {"content": write_tiff(pages), "headers": {"Content-Type": "image/tiff"}}
    (reading,) = post(client, document, "?page=5&original=true").json()["readings"]
    assert (reading["page"], reading["pages"], reading["text"]) == (5, 5, reader.read(CELL).text)
    original = cv2.imdecode(np.frombuffer(base64.b64decode(reading["original"]), np.uint8), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_array_equal(original, decode(CELL))
    check_problem(post(client, document), 413, "at most 4 pages, got 5", "page=1")
    check_problem(post(client, document, "?page=6"), 415, "a page from 1 to 5, got 6")
    check_problem(post(client, document, "?page=0"), 422, "query.page")
    (alone,) = post(client, as_raw(CELL), "?page=1").json()["readings"]
    assert "page" not in alone


def test_a_page_that_cannot_be_read_is_a_problem_in_its_place(client: httpx.Client) -> None:
    pages = [decode(CELL), np.full((1_001, 2_000), 255, np.uint8), decode(CELL)]  # 2,000,000 pixels are allowed
    document: Request = {"content": write_pdf(pages, 72), "headers": {"Content-Type": "application/pdf"}}
    first, bad, last = ReadAnswer.model_validate(post(client, document).json()).readings
    assert isinstance(bad, ProblemAnswer)
    assert (bad.status, bad.page, bad.pages) == (413, 2, 3)
    assert [reading.page for reading in (first, last)] == [1, 3]
    alone = check_problem(post(client, document, "?page=2"), 413, "page 2")
    assert (alone.page, alone.pages) == (2, 3)


def test_a_known_length_or_pattern_is_heeded(client: httpx.Client, reader: DigitReader) -> None:
    for query, options in (("?length=4", {"length": 4}), ("?pattern=2d-ddd", {"pattern": "2d-ddd"})):
        reading = post(client, as_raw(PHOTO), query).json()["readings"][0]
        assert reading == json.loads(to_json(reader.read(PHOTO, **options), "picture-1"))
        assert reading["text"] != post(client, as_raw(PHOTO)).json()["readings"][0]["text"]


def test_each_box_has_a_reading_of_its_own(client: httpx.Client, reader: DigitReader) -> None:
    boxes = [(0.0, 0.0, 0.5, 1.0), (300, 0, 640, 400)]
    query = "?kind=integer&box=0.0,0,0.5,1&box=300,0,640,400"
    answers = post(client, as_raw(PHOTO), query).json()["readings"]
    assert answers == [
        json.loads(to_json(reading, "picture-1")) for reading in reader.read(PHOTO, box=boxes, kind="integer")
    ]


def test_signs_and_words_write_the_number_as_they_are_asked_for(client: httpx.Client) -> None:
    told = {"": "87", "?signs=true": "-87", "?signs=true&words=false": "-87", "?words=false": "87"}
    for query, written in told.items():
        reading = ReadingAnswer.model_validate(post(client, as_raw(MINUS), query).json()["readings"][0])
        assert (reading.text, reading.written, reading.lines[0].written) == ("87", written, "-87")
        assert [(sign.character, sign.after) for sign in reading.signs] == [("-", 0)]
    spaced = post(client, as_raw(PAGE)).json()["readings"][0]["written"]
    assert spaced.replace(" ", "") == post(client, as_raw(PAGE), "?words=false").json()["readings"][0]["written"]


def test_a_picture_of_one_digit_is_read_as_such(client: httpx.Client, reader: DigitReader) -> None:
    for path in (CELL, BLANK):
        (reading,) = post(client, as_raw(path), "?digit=true").json()["readings"]
        assert reading == json.loads(to_json(reader.read_digit(path), "picture-1"))


def test_an_explanation_has_faults_and_stages_as_pictures(client: httpx.Client, reader: DigitReader) -> None:
    page = cv2.imread(str(PAGE), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    is_encoded, data = cv2.imencode(".png", cv2.GaussianBlur(page, (0, 0), 7))
    assert is_encoded
    request: Request = {"content": data.tobytes(), "headers": {"Content-Type": "image/png"}}
    answer = ReadingAnswer.model_validate(post(client, request, "?explain=true").json()["readings"][0])
    expected = reader.explain(data.tobytes())
    assert answer.text == expected.reading.text
    assert answer.explain is not None
    assert answer.explain.faults == list(expected.faults)
    for told, stage in zip(answer.explain.stages, expected.stages, strict=True):
        picture = cv2.imdecode(np.frombuffer(base64.b64decode(told.png), np.uint8), cv2.IMREAD_COLOR)
        assert told.name == stage.name
        np.testing.assert_array_equal(picture, stage.picture)
    assert "explain" not in post(client, as_raw(PHOTO)).json()["readings"][0]


def test_a_budget_of_errors_holds_for_its_request_alone(client: httpx.Client) -> None:
    page = cv2.imread(str(PAGE), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    is_encoded, data = cv2.imencode(".png", cv2.GaussianBlur(page, (0, 0), 7))
    assert is_encoded
    request: Request = {"content": data.tobytes(), "headers": {"Content-Type": "image/png"}}
    loose = DigitReader(max_error=0.05).read(data.tobytes()).text
    strict = DigitReader(max_error=0.001).read(data.tobytes()).text
    assert loose != strict
    by_digit = DigitReader(max_error=0.05, per="digit").read(data.tobytes()).text
    queries = ("?max_error=0.05", "?max_error=0.001", "?max_error=0.05", "?max_error=0.05&per=digit")
    texts = [post(client, request, query).json()["readings"][0]["text"] for query in queries]
    assert texts == [loose, strict, loose, by_digit]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?max_error=0.00001", ("promise", "0.0005")),
        ("?max_error=0.1&per=page", ("query.per", "line")),
        ("?length=0", ("query.length",)),
        ("?length=65", ("query.length",)),
        ("?pattern=xx", ("query.pattern",)),
        ("?pattern=" + 65 * "d", ("64 digits",)),
        ("?length=2&pattern=ddd", ("a pattern of 2 digits",)),
        ("?kind=word", ("query.kind", "integer")),
        ("?order=dmy", ('kind "date"',)),
        ("?check=nonsense", ("expected a check", "luhn")),
        ("?check=os/path", ("query.check",)),
        ("?box=1,2,3", ("expected a box of four numbers",)),
        ("?box=90000,0,90001,5", ("expected a box inside the picture",)),
        ("?max_error=2", ("query.max_error", "less than or equal to 1")),
        ("?max_error=nan", ("query.max_error",)),
        ("?explain=perhaps", ("query.explain",)),
        ("?digit=true&length=2", ("digit=true without length",)),
        ("?digit=true&explain=true&pattern=dd", ("digit=true without pattern and explain",)),
        ("?lenght=3", ("query.lenght", "not permitted")),
    ],
)
def test_what_cannot_be_asked_for_is_told(client: httpx.Client, query: str, words: tuple[str, ...]) -> None:
    check_problem(post(client, as_raw(CELL), query), 422, *words)


@pytest.mark.parametrize(("name", "bad"), [pytest.param(*item, id=item[0]) for item in bad_pictures.ALL.items()])
def test_a_bad_picture_is_a_problem_with_the_error_of_python(
    client: httpx.Client, name: str, bad: tuple[bytes, type[PictureError]]
) -> None:
    data, error = bad
    response = post(client, {"content": data, "headers": {"Content-Type": f"image/{Path(name).suffix[1:]}"}})
    assert check_problem(response, error.http_status).error == error.__name__


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, ("text/plain", "image/png")),
        ({"content": b"x"}, 415, ("no Content-Type",)),
        ({"content": b"x", "headers": {"Content-Type": "image/png", "Content-Encoding": "gzip"}}, 415, ("gzip",)),
        ({"content": b"", "headers": {"Content-Type": "image/png"}}, 415, ("no bytes",)),
        ({"content": bytes(300_001), "headers": {"Content-Type": "image/png"}}, 413, ("300,000 bytes",)),
        (as_form(CELL, CELL, CELL, CELL, CELL), 413, ("4 pictures",)),
        (as_json(CELL, CELL, CELL, CELL, CELL), 413, ("4 pictures",)),
        ({"files": [("photo", ("a.png", b"x"))]}, 422, ("'picture'", "'photo'")),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, ("JSON",)),
        ({"content": b"[" * 200_000, "headers": {"Content-Type": "application/json"}}, 400, ("JSON",)),
        ({"json": []}, 422, ("pictures",)),
        ({"json": {"pictures": []}}, 422, ("one picture",)),
        ({"json": {"pictures": [3]}}, 422, ("picture 1",)),
        ({"json": {"pictures": [{"data": "?"}]}}, 422, ("base64",)),
        ({"json": {"pictures": [{"data": "data:image/png;base64,AAAA"}]}}, 422, ("without `data:`",)),
        ({"json": {"pictures": [{"data": "", "size": 3}]}}, 422, ("picture 1",)),
        ({"json": {"pictures": [{"data": ""}], "length": 3}}, 422, ("nothing beside",)),
    ],
)
def test_a_request_of_another_form_is_told_what_is_expected(
    client: httpx.Client, request_: Request, status: int, words: tuple[str, ...]
) -> None:
    check_problem(post(client, request_), status, *words)


def test_a_large_picture_is_refused_by_its_header(client: httpx.Client) -> None:
    data = bad_pictures.png_claiming(2_001, 1_000)
    response = post(client, {"content": data, "headers": {"Content-Type": "image/png"}})
    assert check_problem(response, 413, "2,000,000 pixels", "2001 x 1000").error == "PictureTooLargeError"
    assert DigitReader().read(np.full((1_000, 2_001), 255, dtype=np.uint8)).outcome == "blank"
