"""What a batch is: where its pictures are, where its rows go, and how each picture is read."""

from dataclasses import dataclass, field
from pathlib import Path

from inkdigits.batch.outputs.rows import Form
from inkdigits.errors import OutputError
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import Per
from inkdigits.reading.fields import FieldOptions

__all__ = ["FORMS", "BatchConfig", "shards_folder"]

FORMS: dict[str, Form] = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet"}  # by the output's ending


@dataclass(frozen=True, slots=True)
class BatchConfig:
    """What is read and how; a run that is resumed has the same.

    Attributes:
        source: The input, as `manifest.write_listing` takes it.
        out: The output; its ending tells its form.
        model: Name of a shipped bundle, or path of a bundle's folder.
        max_error: As for `DigitReader`.
        single: Whether each picture holds exactly one digit.
        told: What is known of each picture.
        column: Of Parquet, the one that holds pictures; None takes the first that can.
        review: A page with every unsure digit, or every doubtful field of a form, to write, or None.
        template: A form's template, which each picture is a page of; None for other pictures.
        per: As for `DigitReader`.
    """

    source: str
    out: Path
    model: str = DEFAULT_BUNDLE
    max_error: float | None = None
    single: bool = False
    told: FieldOptions = field(default_factory=FieldOptions)
    column: str | None = None
    review: Path | None = None
    template: str | None = None
    per: Per = "line"

    @property
    def form(self) -> Form:
        """Form of the output.

        Raises:
            OutputError: Its ending names none.
        """
        form = FORMS.get(self.out.suffix.lower())
        if form is None:
            msg = f"{self.out}: expected an ending of {', '.join(FORMS)}, got {self.out.suffix!r}; change --out"
            raise OutputError(msg)
        return form


def shards_folder(out: Path) -> Path:
    """Return where an unfinished run of an output lies."""
    return out.with_name(out.name + ".parts")
