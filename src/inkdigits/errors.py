"""Every error that inkdigits raises on purpose; each class carries a process exit code and an HTTP status.

    InkdigitsError                 1  500  base of the tree; catch this one to catch them all
    |-- PictureError               3  422  a picture cannot be read
    |   |-- PictureNotFoundError   4  404  no such file, or nothing to read in a folder
    |   |-- PictureFormatError     5  415  not a picture, or a damaged one
    |   |-- PictureTooLargeError   6  413  more bytes or pixels than the limit, found before decoding
    |   |-- PictureArrayError      7  422  an array of a shape, dtype or range that is no picture
    |   |-- PictureRegionError    20  422  a box that lies outside the picture
    |   `-- FormPageError         22  422  a scan that is no page of the form
    |-- FrameError                 8  422  an array that is no batch of 28 x 28 frames
    |   `-- EmptyDigitError        8  422  a frame or crop without ink, where a digit was promised
    |-- DataError                  9  422  a data set that is damaged, mislabeled or of another form
    |-- BundleError               10  500  a model folder that is missing, damaged or of another version
    |-- RunError                  11  422  a training run that cannot be read, resumed or configured so
    |-- ExportError               12  500  the exported network disagrees with the trained one
    |-- OutputError               13  500  a result that cannot be written where it was asked to go
    |-- MissingExtraError         14  501  the command needs an optional part that is not installed
    |-- ErrorBudgetError          15  422  fewer wrong answers are asked for than the bundle can promise
    |-- FieldError                16  422  a field's length, pattern, kind, check or box that cannot be
    |-- BatchError                17  500  a batch cannot go on, or a picture ended the process that read it
    |-- ServiceError              18  500  the service cannot start
    |-- AdaptationError           19  422  adapting a bundle to a writer would not help, or would harm others
    `-- FormError                 21  422  a form's template that cannot be used

Exit code 2 is left to the command line itself (wrong usage). Messages say what was expected, what came, and what to do.
docs/errors.md repeats the tree with causes and cures.
"""

from typing import ClassVar

__all__ = [
    "AdaptationError",
    "BatchError",
    "BundleError",
    "DataError",
    "EmptyDigitError",
    "ErrorBudgetError",
    "ExportError",
    "FieldError",
    "FormError",
    "FormPageError",
    "FrameError",
    "InkdigitsError",
    "MissingExtraError",
    "OutputError",
    "PictureArrayError",
    "PictureError",
    "PictureFormatError",
    "PictureNotFoundError",
    "PictureRegionError",
    "PictureTooLargeError",
    "RunError",
    "ServiceError",
]


class InkdigitsError(Exception):
    """Base of every error raised on purpose."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500


class PictureError(InkdigitsError):
    """A picture cannot be read."""

    exit_code = 3
    http_status = 422


class PictureNotFoundError(PictureError):
    """The named file does not exist, or the named folder holds no picture."""

    exit_code = 4
    http_status = 404


class PictureFormatError(PictureError):
    """The bytes are no picture of a known format, or a damaged one."""

    exit_code = 5
    http_status = 415


class PictureTooLargeError(PictureError):
    """The picture has more bytes or pixels than the limit; it was not decoded."""

    exit_code = 6
    http_status = 413


class PictureArrayError(PictureError):
    """An array has a shape, dtype or value range that is no picture."""

    exit_code = 7
    http_status = 422


class PictureRegionError(PictureError):
    """A box that is to be read lies outside the picture."""

    exit_code = 20
    http_status = 422


class FrameError(InkdigitsError):
    """An array is no batch of 28 x 28 frames."""

    exit_code = 8
    http_status = 422


class EmptyDigitError(FrameError):
    """A frame or crop holds no ink where a digit was promised."""


class DataError(InkdigitsError):
    """A data set is damaged, mislabeled or of another form than expected."""

    exit_code = 9
    http_status = 422


class BundleError(InkdigitsError):
    """A model folder is missing, damaged or of another format version."""

    exit_code = 10


class RunError(InkdigitsError):
    """A training run cannot be read, resumed or configured as asked."""

    exit_code = 11
    http_status = 422


class ExportError(InkdigitsError):
    """The exported network does not answer as the trained one does, so nothing was written."""

    exit_code = 12


class OutputError(InkdigitsError):
    """A result cannot be written where it was asked to go."""

    exit_code = 13


class MissingExtraError(InkdigitsError):
    """The command needs an optional part of the package that is not installed."""

    exit_code = 14
    http_status = 501


class ErrorBudgetError(InkdigitsError):
    """Fewer wrong answers are asked for than the bundle can promise."""

    exit_code = 15
    http_status = 422


class FieldError(InkdigitsError):
    """A length, pattern, kind, check or box is asked for that no field can have."""

    exit_code = 16
    http_status = 422


class FormPageError(PictureError):
    """A scan is no page of the form that it is read as, or its page cannot be found in it."""

    exit_code = 22


class FormError(InkdigitsError):
    """A form's template cannot be used: it is damaged, or says what cannot be."""

    exit_code = 21
    http_status = 422


class BatchError(InkdigitsError):
    """A batch cannot go on; what it has read so far is kept. In a row: the picture ended the process that read it."""

    exit_code = 17


class ServiceError(InkdigitsError):
    """The service cannot start, though its bundle can be read."""

    exit_code = 18


class AdaptationError(InkdigitsError):
    """Adapting a bundle to a writer's digits would not help, or would harm other writers; nothing was written."""

    exit_code = 19
    http_status = 422
