"""Finds which page of a form a scan is, and where each field lies in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.errors import FormPageError
from inkdigits.forms.registration.features import FEATURE_DPI, Features, find_features, propose_by_features
from inkdigits.forms.registration.geometry import MM_PER_INCH, Matrix, straighten
from inkdigits.forms.registration.lines import LINE_DPI, LineFinder, Lines, draw_lines, find_lines
from inkdigits.forms.registration.marks import propose_by_marks
from inkdigits.forms.registration.outlines import propose_by_outlines
from inkdigits.forms.template import FieldSpec, Place, Registration, Template
from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["PageModel", "Registered", "make_models", "refine", "register"]

_FAR = 9.0  # mm that a proposal may be off: a sheet that slipped on the glass
_REACHES = (3.0, 1.6, 0.8)  # mm: how far fields are looked for in turn; cells repeat after 5 mm and more
_PIECE = 24.0  # mm of a field that are moved as one
_GOOD = 0.55  # share of a piece's lines that tells where it is
_ENOUGH = 0.9  # share of a page's lines at which no further proposal is tried
_LEAST = 0.45  # share of a page's lines below which a scan is not that page
_LEAST_BY_MARKS = 0.3  # the same where four marks already say so


@dataclass(frozen=True, slots=True)
class PageModel:
    """What is known of the look of one page before any scan.

    Attributes:
        page: Its number, from 1.
        size: Width and height, mm.
        fields: What is on it.
        lines: Those that are printed.
        features: Of the blank's print, if there is a blank.
        blank: uint8: the blank, straightened, at `blank_dpi`; None without one.
        blank_dpi: Dots per inch.
    """

    page: int
    size: tuple[float, float]
    fields: tuple[FieldSpec, ...]
    lines: Lines
    features: Features | None = None
    blank: UInt8Array | None = None
    blank_dpi: float = 0.0

    @property
    def has_lines(self) -> bool:
        """Whether the page has lines to look for."""
        return bool(self.lines.across.any() or self.lines.down.any())


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a page lies in a scan.

    Attributes:
        model: The page.
        matrix: From millimeters to pixels.
        match: Share of the page's lines that were found, 0 to 1.
        moves: For each field, by how much it lies beside its place, mm.
    """

    model: PageModel
    matrix: Matrix
    match: float
    moves: tuple[Float64Array, ...]


def make_models(template: Template, blanks: Sequence[UInt8Array] = ()) -> tuple[PageModel, ...]:
    """Return the look of each page.

    Args:
        template: The form.
        blanks: The blank form's pages, if the template names them; each fills its picture.
    """
    models = []
    for page in range(1, 1 + template.pages):
        fields = template.on_page(page)
        lines = draw_lines(fields, template.size)
        if not blanks:
            models.append(PageModel(page, template.size, fields, lines))
            continue
        blank = blanks[page - 1]
        dpi = blank.shape[1] / template.size[0] * MM_PER_INCH
        place = np.diag([blank.shape[1] / template.size[0], blank.shape[0] / template.size[1], 1.0])
        small = straighten(blank, place, template.size, FEATURE_DPI)
        if not (lines.across.any() or lines.down.any()):
            lines = find_lines(straighten(blank, place, template.size, LINE_DPI))
        features = find_features(small, fields)
        models.append(PageModel(page, template.size, fields, lines, features, blank, dpi))
    return tuple(models)


def register(gray: UInt8Array, models: Sequence[PageModel], registration: Registration) -> Registered:
    """Return the page that a scan is, and where it lies.

    Args:
        gray: uint8, shape (H, W): the scan, in any turn.
        models: The form's pages.
        registration: What registers them.

    Raises:
        FormPageError: It is none of them, or its marks or print cannot be found.
    """
    best: tuple[float, PageModel, Matrix] | None = None
    for model, matrix in _propose(gray, models, registration):
        share, moved = _try(gray, model, matrix)
        if best is None or share > best[0]:
            best = (share, model, moved)
        if share >= _ENOUGH:
            break
    if best is None:
        what = {"marks": "the four marks", "print": "the blank form's print", "boxes": "the page"}[registration.by]
        msg = f"expected a scan of the form, {what} cannot be found in it; scan the whole page, or check the template"
        raise FormPageError(msg)
    registered = refine(gray, best[1], best[2])
    least = _LEAST_BY_MARKS if registration.by == "marks" else _LEAST
    if registered.model.has_lines and registered.match < least:
        found = f"{100 * registered.match:.0f} % of its printed lines were found, {100 * least:.0f} % are needed"
        msg = f"expected a scan of the form, this is another page: {found}; take it out, or check the template"
        raise FormPageError(msg)
    return registered


def _propose(
    gray: UInt8Array, models: Sequence[PageModel], registration: Registration
) -> Iterator[tuple[PageModel, Matrix]]:
    size = models[0].size
    if registration.by == "print":  # a form with little print has few points, which may agree on a wrong place
        for model in models:
            if model.features is not None:
                yield from ((model, matrix) for matrix in propose_by_features(gray, model.features))
    found = propose_by_marks(gray, registration, size) if registration.by == "marks" else None
    for matrix in found if found is not None else propose_by_outlines(gray, size):
        yield from ((model, matrix) for model in models)


def _try(gray: UInt8Array, model: PageModel, matrix: Matrix) -> tuple[float, Matrix]:
    """Return how well a proposal meets the page's lines, moved as a whole to where it meets them best."""
    if not model.has_lines:
        return 1.0, matrix
    finder = LineFinder(find_lines(straighten(gray, matrix, model.size, LINE_DPI)), _FAR)
    share, move = finder.find_page(model.lines)
    shifted = np.eye(3)
    shifted[:2, 2] = move
    return share, matrix @ shifted


def refine(gray: UInt8Array, model: PageModel, matrix: Matrix) -> Registered:
    """Return the page moved, turned and stretched to where its fields are.

    Args:
        gray: uint8, shape (H, W): the scan.
        model: The page.
        matrix: From millimeters to pixels, a few millimeters off at most.
    """
    still = tuple(np.zeros(2) for _ in model.fields)
    if not model.has_lines:
        return Registered(model, matrix, 1.0, still)
    pieces = [piece for spec in model.fields if spec.lines != "none" for piece in _cut(spec)]
    for reach in _REACHES:
        finder = LineFinder(find_lines(straighten(gray, matrix, model.size, LINE_DPI)), reach)
        found = [(piece, *finder.find_shift(piece, model.lines)) for piece in pieces]
        matrix = matrix @ _fit([(piece, move) for piece, share, move in found if share >= _GOOD])
    finder = LineFinder(find_lines(straighten(gray, matrix, model.size, LINE_DPI)), _REACHES[-1])
    ends = [
        finder.find_shift(spec.box, model.lines) if spec.lines != "none" else (0.0, np.zeros(2))
        for spec in model.fields
    ]
    shares = [share for (share, _), spec in zip(ends, model.fields, strict=True) if spec.lines != "none"]
    moves = tuple(move if share >= _GOOD else np.zeros(2) for share, move in ends)
    return Registered(model, matrix, float(np.mean(shares)) if shares else 1.0, moves)


def _cut(spec: FieldSpec) -> Iterator[Place]:
    """Yield the pieces of a field that are looked for by themselves: long fields tell of turns and stretches."""
    left, top, width, height = spec.box
    count = max(1, round(width / _PIECE))
    for place in range(count):
        yield left + place * width / count, top, width / count, height


def _fit(found: Sequence[tuple[Place, Float64Array]]) -> Matrix:
    """Return the matrix of the moves of some pieces: one move for few, turned and stretched by many."""
    matrix = np.eye(3)
    if not found:
        return matrix
    points = np.array([(left + width / 2, top + height / 2) for (left, top, width, height), _ in found])
    moves = np.array([move for _, move in found])
    usual = np.median(moves, axis=0)
    keep = np.hypot(*(moves - usual).T) <= max(1.0, 2.5 * float(np.median(np.hypot(*(moves - usual).T))))
    points, moves = points[keep], moves[keep]
    spread = np.ptp(points, axis=0)
    if len(points) < 3 or spread.min() < 25 or spread.max() < 60:  # mm: what lies close together tells no turn
        matrix[:2, 2] = moves.mean(axis=0)
        return matrix
    terms = np.column_stack([points, np.ones(len(points))])
    (a, b), *_ = (np.linalg.lstsq(terms, moves, rcond=None)[0].T,)
    matrix[0] += a
    matrix[1] += b
    return matrix
