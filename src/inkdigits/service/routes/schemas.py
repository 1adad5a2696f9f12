"""Defines the forms of requests and answers, as OpenAPI shows them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from inkdigits.reading.fields.kinds import Kind
from inkdigits.results import Band, Reason

__all__ = [
    "Budget",
    "Corners",
    "DigitAnswer",
    "DroppedAnswer",
    "ExplainAnswer",
    "Health",
    "LineAnswer",
    "Model",
    "ModelList",
    "OtherText",
    "PageCount",
    "PageNumber",
    "PictureForm",
    "PictureRequest",
    "Problem",
    "ProblemAnswer",
    "ReadAnswer",
    "ReadOptions",
    "ReadingAnswer",
    "SentPicture",
    "Share",
    "SignAnswer",
    "StageAnswer",
]

Share = Annotated[float, Field(ge=0, le=1)]
Corners = Annotated[
    tuple[int, int, int, int], Field(description="x_min, y_min, x_max, y_max in pixels; the last two lie just outside.")
]
PageNumber = Annotated[int | None, Field(ge=1, description="Of a PDF or TIFF of several pages.")]
PageCount = Annotated[int | None, Field(ge=2, description="How many pages that file has.")]
_Base64 = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]


class ReadOptions(BaseModel):
    """The options in the query of a reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    explain: Annotated[bool, Field(description="Add the stages between the picture and the answer.")] = False
    picture: Annotated[bool, Field(description="Add the picture with a box around each digit.")] = False
    original: Annotated[
        bool,
        Field(
            description="Add the picture as it is read: upright, a page of a document as it is rendered. Of several "
            "boxes, the first reading has it."
        ),
    ] = False
    page: Annotated[
        int | None, Field(ge=1, description="Read only this page of a PDF or TIFF, from 1; without it, all are read.")
    ] = None
    digit: Annotated[bool, Field(description="Each picture holds exactly one digit, of any size and place.")] = False
    signs: Annotated[bool, Field(description='Keep the signs in `written`, as in "-12,345.50".')] = False
    words: Annotated[bool, Field(description="Put a space between words in `written`.")] = True
    length: Annotated[int | None, Field(ge=1, le=64, description="Number of digits in the one line.")] = None
    pattern: Annotated[
        str | None,
        Field(
            max_length=200,
            pattern="[d0-9]",
            description='What the one line looks like, "dd-dd-20dd": d for any digit, anything else for itself.',
        ),
    ] = None
    kind: Annotated[
        Kind | None, Field(description="What the one line is; only valid dates, times and numbers are answered.")
    ] = None
    order: Annotated[
        Literal["dmy", "mdy", "ymd", "locale"] | None,
        Field(description="Of a date's parts; locale is the server's. Any, if it is left out."),
    ] = None
    check: Annotated[
        str | None,
        Field(
            max_length=40,
            pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$",
            description="What the number passes: a module of python-stdnum, as luhn, ean, isbn, iban or nl.bsn.",
        ),
    ] = None
    box: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(
            max_length=100,
            description="A part of the picture, x0,y0,x1,y1 in pixels or, with a point, in fractions. Of several, each "
            "has a reading of its own.",
        ),
    ] = []
    handwritten: Annotated[bool, Field(description="Leave printed digits out.")] = False
    max_error: Annotated[
        float | None,
        Field(ge=0, le=1, description="Share of wrong answers among those given, at most; the others are unsure."),
    ] = None
    per: Annotated[
        Literal["line", "digit"],
        Field(description="What max_error counts in pictures: strings of whole lines, or digits."),
    ] = "line"

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> Self:
        """Refuse `digit` beside options that are about a line of digits."""
        given = {"length": self.length is not None, "pattern": self.pattern is not None, "explain": self.explain}
        others = [name for name, is_given in given.items() if is_given]
        if self.digit and others:
            msg = f"expected digit=true without {' and '.join(others)}, which are about a line of digits; leave one out"
            raise ValueError(msg)
        return self


class SentPicture(BaseModel):
    """A picture in JSON."""

    model_config = ConfigDict(extra="forbid")

    data: Annotated[_Base64, Field(description="The bytes of a PNG, JPEG, BMP, TIFF, WebP or GIF file in base64.")]
    name: Annotated[str, Field(description="Its name in the answer.")] = "picture-1"


class PictureRequest(BaseModel):
    """Pictures in JSON."""

    model_config = ConfigDict(extra="forbid")

    pictures: Annotated[list[SentPicture], Field(min_length=1)]


class PictureForm(BaseModel):
    """Pictures in a form: one or more parts, each named `picture`."""

    picture: Annotated[list[bytes], Field(min_length=1, description="Files.")]


class OtherText(BaseModel):
    """Another string that a line may say."""

    text: str
    confidence: Share


class LineAnswer(BaseModel):
    """A line of digits as a string."""

    box: Corners
    text: Annotated[str, Field(description='"?" for an unsure digit.')]
    written: Annotated[str, Field(description="The text with its signs, and a space between words.")]
    words: list[str]
    confidence: Share
    alternatives: list[OtherText]
    band: Annotated[
        Band | None, Field(description="How many lines as sure should be right, at least; null without digits.")
    ]


class DigitAnswer(BaseModel):
    """A mark that was found."""

    box: Corners
    line: Annotated[int, Field(ge=0)]
    label: Annotated[int, Field(ge=0, le=9)]
    confidence: Share
    outcome: Literal["digit", "unsure", "not_a_digit"]
    reason: Annotated[Reason | None, Field(description="Why the outcome is not digit; null when it is.")]
    digit_probability: Share
    printed: Annotated[Share, Field(description="Probability that a machine printed it.")]
    probabilities: Annotated[list[Share], Field(min_length=10, max_length=10)]
    band: Annotated[Band, Field(description="How many digits as sure should be right, at least.")]


class SignAnswer(BaseModel):
    """A sign beside digits."""

    box: Corners
    line: Annotated[int, Field(ge=0)]
    character: Annotated[str, Field(description="One of . , - / : ( ) % + = $ € £ ¥ ₹")]
    after: Annotated[int, Field(ge=0, description="How many of the line's digits stand to its left.")]
    confidence: Share


class StageAnswer(BaseModel):
    """A stage of reading: the picture after it."""

    name: str
    png: _Base64


class DroppedAnswer(BaseModel):
    """Something that detection looked at and left out."""

    box: Corners
    reason: Annotated[Reason, Field(description="Why it is not a digit.")]


class ExplainAnswer(BaseModel):
    """How the answer came about."""

    faults: Annotated[list[str], Field(description="What may be wrong with the picture.")]
    stages: list[StageAnswer]
    dropped: Annotated[list[DroppedAnswer], Field(description="What detection left out.")]


class ReadingAnswer(BaseModel):
    """What was read from one picture."""

    picture: str
    page: PageNumber = None
    pages: PageCount = None
    text: Annotated[str, Field(description="Lines joined by a line feed.")]
    written: Annotated[str, Field(description="The text as `signs` and `words` ask for it.")]
    outcome: Literal["digits", "blank"]
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]
    lines: list[LineAnswer]
    digits: list[DigitAnswer]
    signs: list[SignAnswer]
    notes: Annotated[list[str], Field(description="What was left out of the reading, and why.")]
    model: str
    annotated: Annotated[_Base64 | None, Field(description="PNG; when asked for.")] = None
    original: Annotated[_Base64 | None, Field(description="PNG; when asked for.")] = None
    explain: Annotated[ExplainAnswer | None, Field(description="When asked for.")] = None


class Problem(BaseModel):
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What was expected, what came, and what to do.")]
    error: Annotated[str | None, Field(description="Class of the error; under /v2, the detail again.")] = None
    page: PageNumber = None
    pages: PageCount = None


class ProblemAnswer(Problem):
    """Why one of several pictures was not read."""

    picture: str


class ReadAnswer(BaseModel):
    """One entry for each picture, in the order in which they were sent."""

    readings: list[ReadingAnswer | ProblemAnswer]


class Health(BaseModel):
    """The state of the process."""

    status: Literal["alive", "ready"]


class Budget(BaseModel):
    """A share of wrong answers that can be promised, and what it costs."""

    max_error: Share
    unsure_below: Share
    coverage: Share
    picture_coverage: Share
    picture_error: Share


class Model(BaseModel):
    """A bundle that reads."""

    name: str
    version: str
    parameters: int
    unsure_below: Share
    budgets: list[Budget]


class ModelList(BaseModel):
    """The bundles that read here."""

    models: list[Model]
