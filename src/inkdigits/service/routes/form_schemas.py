"""Defines the forms of requests and answers about paper forms, as OpenAPI shows them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from inkdigits.service.routes.schemas import Corners, Problem, Share

__all__ = ["CellAnswer", "FieldAnswer", "FormAnswer", "FormOptions", "FormPageAnswer", "FormProblem"]


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

    max_error: Annotated[float | None, Field(ge=0, le=1, description="Most wrong digits among those answered.")] = None


class FormAnswer(BaseModel):
    """One entry for each page, in the order in which they were sent."""

    forms: list[FormPageAnswer | FormProblem]
