"""Defines the forms of requests and answers about paper forms, as OpenAPI shows them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from inkdigits.results import Band
from inkdigits.service.routes.schemas import Corners, Problem, Share

__all__ = [
    "CellAnswer",
    "DraftAnswer",
    "DraftOptions",
    "DraftedField",
    "FieldAnswer",
    "FormAnswer",
    "FormOptions",
    "FormPageAnswer",
    "FormProblem",
    "RegistrationAnswer",
    "TemplateAnswer",
    "TemplateField",
]

Millimeters = Annotated[float, Field(ge=0)]
Point = Annotated[list[float], Field(min_length=2, max_length=2, description="From left and top, mm.")]
Place = Annotated[list[float], Field(min_length=4, max_length=4, description="Left, top, width, height, mm.")]


class CellAnswer(BaseModel):
    """One cell of a form."""

    box: Corners
    outcome: Literal["digit", "unsure", "empty", "crossed"]
    label: Annotated[int | None, Field(ge=0, le=9)]
    confidence: Share


class FieldAnswer(BaseModel):
    """One field of a form."""

    text: str
    outcome: Literal["sure", "doubtful", "failed"]
    confidence: Share
    reason: Annotated[str | None, Field(description="Why it is not sure.")]
    guess: Annotated[str, Field(description="The likeliest text, to be confirmed.")]
    proposal: Annotated[str | None, Field(description="The one text that makes a broken rule hold.")]
    by: Annotated[Literal["reader", "person"], Field(description='Who says so; "person" for a correction.')]
    box: Corners | None
    cells: list[CellAnswer]
    band: Annotated[Band, Field(description="How many fields as sure should be right, at least.")]


class FormPageAnswer(BaseModel):
    """One page of a form."""

    scan: str
    page: Annotated[int, Field(ge=1, description="Of the scan's file.")]
    form: str
    form_page: Annotated[int, Field(ge=1, description="Of the form.")]
    outcome: Literal["sure", "doubtful", "failed"]
    turn: Annotated[float, Field(description="Degrees by the clock.")]
    dpi: float
    match: Share
    fields: dict[str, FieldAnswer]
    model: str


class FormProblem(Problem):
    """Why one scan was not read."""

    scan: str
    page: int | None


class FormOptions(BaseModel):
    """The options in the query of a reading of forms."""

    model_config = ConfigDict(extra="forbid")

    max_error: Annotated[
        float | None, Field(ge=0, le=1, description="Share of wrong answers among those given, at most.")
    ] = None
    per: Annotated[
        Literal["line", "digit"], Field(description="What max_error counts, as of a reading; a cell is one digit.")
    ] = "line"


class FormAnswer(BaseModel):
    """One entry for each page, in the order in which they were sent."""

    forms: list[FormPageAnswer | FormProblem]


class DraftOptions(BaseModel):
    """The options in the query of a draft: the size of the page, and its number."""

    model_config = ConfigDict(extra="forbid")

    width: Annotated[float, Field(ge=20, le=2000, description="Of the page, mm.")] = 210.0
    height: Annotated[float, Field(ge=20, le=2000, description="Of the page, mm.")] = 297.0
    page: Annotated[int, Field(ge=1, description="Number of the page, of a PDF or TIFF of several.")] = 1


class DraftedField(BaseModel):
    """A field that was found on a blank form."""

    box: Place
    cells: Annotated[list[Place], Field(description="One for each digit; none where digits stand on a line.")]
    lines: Literal["boxes", "comb", "line"]


class DraftAnswer(BaseModel):
    """What was found on a blank form."""

    size: Annotated[list[Millimeters], Field(min_length=2, max_length=2, description="Of the page, mm, as it lies.")]
    page: Annotated[int, Field(ge=1, description="Number of the page.")]
    pages: Annotated[int, Field(ge=1, description="How many the file has.")]
    marks: Annotated[list[Point], Field(description="The four corner marks, from top left by the clock; or none.")]
    mark_size: Annotated[float | None, Field(description="Side of a mark, mm.")]
    ring: Annotated[bool | None, Field(description="Whether the first mark has a light middle.")]
    pixels: Annotated[list[int], Field(min_length=2, max_length=2, description="Width and height of the picture.")]
    fields: Annotated[list[DraftedField], Field(description="From the top; none where none was found.")]
    picture: Annotated[str, Field(description="The page as a PNG in base64, at most 1,600 pixels long.")]


class RegistrationAnswer(BaseModel):
    """What registers a page, as in a template."""

    by: Literal["marks", "print", "boxes"]
    marks: list[Point]
    mark_size: float
    ring: bool
    blank: Annotated[list[str], Field(description="Names of the blank form's files, beside the template.")]


class TemplateField(BaseModel):
    """A field of a template."""

    name: str
    box: Place
    cells: Annotated[list[Place], Field(description="One for each digit; none where digits stand on a line.")]
    page: Annotated[int, Field(ge=1)]
    lines: Literal["boxes", "comb", "line", "none"]
    label: str
    required: bool
    crosses: Literal["doubt", "empty"]
    length: int | None
    pattern: str | None
    kind: str | None
    order: str | None
    check: str | None
    handwritten: bool


class TemplateAnswer(BaseModel):
    """What a template says."""

    name: str
    size: Annotated[list[Millimeters], Field(min_length=2, max_length=2, description="Of a page, mm.")]
    pages: Annotated[int, Field(ge=1)]
    registration: RegistrationAnswer
    fields: list[TemplateField]
    rules: list[str]
    sure_from: Share
