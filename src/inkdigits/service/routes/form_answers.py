"""Makes the JSON answer to a request that reads scans of a form."""

import json
import time
from collections import Counter

from starlette.exceptions import HTTPException

from inkdigits.errors import FormError, PictureError
from inkdigits.forms.form import Form
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.reading.pictures.documents import iter_pages
from inkdigits.reading.reader import DigitReader
from inkdigits.service.limits import Limits
from inkdigits.service.routes.form_schemas import FormOptions
from inkdigits.service.routes.form_templates import find_template
from inkdigits.service.transport.problem_documents import describe_error
from inkdigits.service.transport.tasks import Begin, Outcome
from inkdigits.service.transport.uploads import Upload, parse_parts

__all__ = ["FormAnswerer"]

_PARTS = ("template", "blank", "scan")


class FormAnswerer:
    """Reads the scans of requests; safe to share between threads.

    Args:
        reader: Reads the digits.
        limits: Limits of the service.
    """

    def __init__(self, reader: DigitReader, limits: Limits) -> None:
        """Keep what is needed for every answer."""
        self._reader = reader
        self._limits = limits

    def answer(self, body: bytes, content_type: str, options: FormOptions, deadline: float, begin: Begin) -> Outcome:
        """Read the scans of a request.

        Args:
            body: The request's body.
            content_type: The type of the body.
            options: The options of the request.
            deadline: Time on the clock of `time.monotonic` after which no further page is started.
            begin: Told the number of scans when they begin.

        Returns:
            JSON, {"forms": [...]}, with an entry for each page, in their order; one that cannot be read, or is no page
            of the form, is a problem document.

        Raises:
            HTTPException: As `parse_parts` raises it; 422 for a part that is missing; 413 for too many pages.
            InkdigitsError: The template or the blank form cannot be used.
            TimeoutError: The deadline has passed.
        """
        parts = parse_parts(body, content_type, self._limits.max_pictures + 1, _PARTS)
        scans = [part for part in parts if part.part == "scan"]
        if not scans:
            raise HTTPException(422, "expected one part named 'scan' or more, got none; send the scans")
        form = self._make_form(parts, options)
        begin(len(scans))
        answers = [answer for scan in scans for answer in self._read(form, scan, deadline)]
        pictures = Counter("error" if "status" in answer else "digits" for answer in answers)
        return Outcome(json.dumps({"forms": answers}).encode("ascii"), pictures=pictures)

    def _make_form(self, parts: tuple[Upload, ...], options: FormOptions) -> Form:
        template = find_template(parts)
        # the files that a template names are on the client's disk, not here
        pages = [page for part in parts if part.part == "blank" for page in iter_pages(part.data)]
        if template.registration.by == "print" and len(pages) != template.pages:
            msg = f"expected parts named 'blank', one for each of {template.pages} pages, got {len(pages)}; send them"
            raise FormError(msg)
        if len(pages) > self._limits.max_pictures:
            msg = f"expected at most {self._limits.max_pictures} pages of the blank form, got {len(pages)}; send fewer"
            raise HTTPException(413, msg)
        blanks = [decode(page, max_pixels=self._limits.max_pixels) for page in pages]
        limit = options.max_error
        reader = self._reader if limit is None else self._reader.with_max_error(limit, options.per)
        return Form(template, blanks, reader)

    def _read(self, form: Form, scan: Upload, deadline: float) -> list[dict[str, object]]:
        answers: list[dict[str, object]] = []
        try:
            for number, page in enumerate(iter_pages(scan.data), 1):
                if time.monotonic() > deadline:
                    raise TimeoutError
                if number > self._limits.max_pictures:
                    msg = f"{scan.name}: expected at most {self._limits.max_pictures} pages, got more; send fewer"
                    raise HTTPException(413, msg)
                answers.append({"scan": scan.name, "page": number, **self._read_page(form, page)})
        except PictureError as error:
            answers.append({"scan": scan.name, "page": None, **describe_error(error)})
        return answers

    def _read_page(self, form: Form, page: Picture) -> dict[str, object]:
        try:
            return form.read_gray(decode(page, max_pixels=self._limits.max_pixels)).to_dict()
        except PictureError as error:
            return describe_error(error)
