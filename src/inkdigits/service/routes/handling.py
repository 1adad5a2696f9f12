"""Does tasks with a reader: the half of each route that takes time, in whatever thread or process."""

import numpy as np
from starlette.exceptions import HTTPException

from inkdigits.errors import InkdigitsError
from inkdigits.reading.reader import DigitReader
from inkdigits.service.limits import Limits
from inkdigits.service.routes.answers import Answerer
from inkdigits.service.routes.form_answers import FormAnswerer
from inkdigits.service.routes.form_drafts import draft_answer
from inkdigits.service.routes.form_schemas import DraftOptions, FormOptions
from inkdigits.service.routes.form_templates import template_answer
from inkdigits.service.routes.inferring import Inferrer
from inkdigits.service.routes.schemas import ReadOptions
from inkdigits.service.transport.problem_documents import describe_error, describe_problem
from inkdigits.service.transport.tasks import Begin, Handle, Outcome, Task

__all__ = ["make_handle", "warm_up"]

_STROKES = (slice(18, 23), slice(38, 43))  # columns of the first picture's two marks; two load the line network


def make_handle(reader: DigitReader, limits: Limits) -> Handle:
    """Return what does tasks with a reader; safe to share between threads.

    Args:
        reader: Reads pictures and frames.
        limits: Limits of the service.
    """
    answerer, inferrer = Answerer(reader, limits), Inferrer(reader, limits)
    form_answerer = FormAnswerer(reader, limits)

    def handle_form(task: Task, deadline: float, begin: Begin) -> Outcome:
        content_type = task.settings["content_type"]
        if task.kind == "templates":
            return template_answer(task.body, content_type)
        if task.kind == "drafts":
            draft_options = DraftOptions.model_validate(task.settings["options"])
            return draft_answer(task.body, content_type, draft_options, limits, begin)
        form_options = FormOptions.model_validate(task.settings["options"])
        return form_answerer.answer(task.body, content_type, form_options, deadline, begin)

    def handle(task: Task, deadline: float, begin: Begin) -> Outcome:
        try:
            if task.kind == "infer":
                return inferrer.infer(task.body, task.settings["json_length"])
            if task.kind != "read":
                return handle_form(task, deadline, begin)
            options = ReadOptions.model_validate(task.settings["options"])
            return answerer.answer(task.body, task.settings["content_type"], options, deadline, begin)
        except HTTPException as error:
            return Outcome(problem=describe_problem(error.status_code, error.detail), headers=error.headers or {})
        except InkdigitsError as error:
            return Outcome(problem=describe_error(error))

    return handle


def warm_up(reader: DigitReader) -> None:
    """Read a first picture, so that no client has to wait while the networks load."""
    drawing = np.full((60, 61), 255, dtype=np.uint8)
    for columns in _STROKES:
        drawing[10:50, columns] = 0
    reader.read(drawing)
