"""Reads the pages of a form in one chunk into rows, as `worker` reads pictures."""

from typing import TypeAlias

from inkdigits.batch.engines.watch import Watch
from inkdigits.batch.engines.worker import ReadSettings, Worker
from inkdigits.batch.inputs.loading import Item, Places, Title, raiser, span_titles
from inkdigits.batch.inputs.spans import Chunk, Span
from inkdigits.batch.networks import check_networks
from inkdigits.batch.outputs.answers import Answer
from inkdigits.batch.outputs.form_rows import cut_fields, to_form_answer
from inkdigits.errors import BatchError, InkdigitsError
from inkdigits.forms.form import Form
from inkdigits.forms.results import FormReading
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.reader import DigitReader

__all__ = ["AnyWorker", "FormWorker", "make_worker"]


class FormWorker:
    """Reads chunks of a form's pages; loads networks and template once.

    Args:
        settings: How to read; with a template.
        watch: Is told what is being read; None makes one that nobody asks.

    Raises:
        FormError: The template cannot be used.
        BundleError: The bundle is missing, damaged or of another version, or another one than when the run began.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.
    """

    def __init__(self, settings: ReadSettings, watch: Watch | None = None) -> None:
        """Load the bundle and the template."""
        self._watch = watch or Watch(settings.time_limit)
        check_networks(settings.model, settings.networks)
        reader = DigitReader(settings.model, max_error=settings.max_error, per=settings.per)
        self._form = Form.load(settings.template or "", reader)
        self._with_crops = settings.with_crops
        self._places = Places()

    def __call__(self, chunk: Chunk) -> Answer:
        """Return the rows of a chunk; what cannot be read is a row with its error."""
        titles: list[Title] = []
        answers: list[FormReading | InkdigitsError] = []
        crops: list[bytes] = []
        for item in (item for span in chunk.spans for item in self._open(span)):
            self._watch.begin(item.name)
            titles.append(item.title)
            answer, crop = self._read(item)
            answers.append(answer)
            crops.append(crop)
        self._watch.end()
        return to_form_answer(chunk.start, titles, answers, b"".join(crops))

    def _open(self, span: Span) -> list[Item]:
        try:
            return self._places.open(span)
        except InkdigitsError as error:
            return [Item(title, raiser(error)) for title in span_titles(span)]

    def _read(self, item: Item) -> tuple[FormReading | InkdigitsError, bytes]:
        """Return what one page says, or why it says nothing; and its doubtful fields cut out."""
        try:
            gray = decode(item.load())
            reading, found = self._form.read_page(gray)
            crops = cut_fields(item.title, gray, reading, found) if self._with_crops else b""
        except InkdigitsError as error:
            return error, b""
        except Exception as error:  # noqa: BLE001 - of thousands of pages, one that meets a fault of ours must not end the run
            msg = f"{item.name}: {type(error).__name__}: {error}; report it, with the scan and the template"
            return BatchError(msg), b""
        return reading, crops


AnyWorker: TypeAlias = Worker | FormWorker


def make_worker(settings: ReadSettings, watch: Watch | None = None) -> AnyWorker:
    """Return what reads by some settings; errors are those of `Worker` and `FormWorker`."""
    return Worker(settings, watch) if settings.template is None else FormWorker(settings, watch)
