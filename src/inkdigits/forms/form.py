"""Defines `Form`, which reads the scans of one form."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from inkdigits.errors import FormError, PictureError
from inkdigits.forms.filling import read_fields
from inkdigits.forms.judging import apply_rules
from inkdigits.forms.registration.geometry import find_dpi, find_turn
from inkdigits.forms.registration.register import PageModel, Registered, make_models, register
from inkdigits.forms.results import FormReading
from inkdigits.forms.template import Template, load_template, parse_template
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.reading.reader import DigitReader
from inkdigits.spec import UInt8Array

__all__ = ["Form"]


class Form:
    """A form that scans are read as; safe to share between threads.

    Args:
        template: What the form looks like.
        blanks: The pages of the blank form, uint8 (H, W) each; none if the template names none.
        reader: Reads the digits; None makes one, which takes longer than reading a page.
    """

    def __init__(
        self, template: Template, blanks: Sequence[UInt8Array] = (), reader: DigitReader | None = None
    ) -> None:
        """Prepare what every scan is compared with."""
        self._template = template
        self._models = make_models(template, blanks)
        self._reader = reader or DigitReader()

    @classmethod
    def load(cls, path: str | os.PathLike[str], reader: DigitReader | None = None) -> Self:
        """Return the form of a template's file.

        Raises:
            FormError: The template cannot be read or used, or its blank cannot be opened.
            MissingExtraError: It asks for a check whose library is not installed.
        """
        return cls.of(load_template(path), reader)

    @classmethod
    def parse(cls, text: str, folder: Path | None = None, reader: DigitReader | None = None) -> Self:
        """Return the form of a template's text, whose blanks lie in `folder`; errors are those of `load`."""
        return cls.of(parse_template(text, folder), reader)

    @classmethod
    def of(cls, template: Template, reader: DigitReader | None = None) -> Self:
        """Return the form of a template, with the blanks that it names; errors are those of `load`."""
        blanks = []
        for path in template.registration.blanks:
            try:
                blanks.append(decode(path))
            except PictureError as error:
                msg = f"registration: expected a picture of the blank form, cannot open it: {error}"
                raise FormError(msg) from error
        return cls(template, blanks, reader)

    @property
    def template(self) -> Template:
        """What the form looks like."""
        return self._template

    @property
    def models(self) -> tuple[PageModel, ...]:
        """What its pages look like."""
        return self._models

    @property
    def reader(self) -> DigitReader:
        """What reads its digits."""
        return self._reader

    def read(self, picture: Picture) -> FormReading:
        """Return what a scan of one page says.

        Args:
            picture: As `decoding.decode` takes it, in any turn, 100 to 400 dpi or a photo.

        Raises:
            FormPageError: It is no page of this form.
            PictureError: It cannot be decoded.
        """
        return self.read_gray(decode(picture))

    def read_gray(self, gray: UInt8Array) -> FormReading:
        """Return what a decoded scan says, uint8 (H, W); errors are those of `read`."""
        return self.read_page(gray)[0]

    def read_page(self, gray: UInt8Array) -> tuple[FormReading, Registered]:
        """Return what `read_gray` returns, and where the form's page lies in the scan."""
        found = register(gray, self._models, self._template.registration)
        fields = read_fields(gray, found, self._reader, self._template.sure_from)
        budget = self._reader.policy.cell_below
        judged = apply_rules(fields, found.model.fields, self._template.rules, budget)
        info = self._reader.info
        size = self._template.size
        reading = FormReading(
            self._template.name,
            found.model.page,
            judged,
            find_turn(found.matrix, size),
            find_dpi(found.matrix, size),
            found.match,
            f"{info.name} {info.version}",
        )
        return reading, found
