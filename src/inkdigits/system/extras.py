"""The optional parts of the package: which libraries each needs, and the error that names a missing one."""

import importlib.util

from inkdigits.errors import MissingExtraError

__all__ = ["EXTRAS", "require_extra"]

# extra -> its libraries; looked up without importing it, since some take seconds
EXTRAS = {
    "fields": ("stdnum",),
    "serve": ("fastapi", "uvicorn", "python_multipart", "prometheus_client"),
    "page": ("inkdigits_web",),
    "batch": ("ray", "pyarrow"),
    "tables": ("pyarrow", "pandas"),
    "documents": ("pypdfium2", "pillow_heif", "openpyxl", "fpdf"),
    "figures": ("matplotlib",),
    "adapt": ("onnx", "scipy"),
    "notebook": ("ipykernel", "nbclient", "nbformat"),
    "train": ("keras", "tensorflow", "tf2onnx", "sklearn", "scipy", "matplotlib", "rich", "inkdigits_mnist"),
}

_LOCAL = {"inkdigits_mnist": "./mnist", "inkdigits_web": "./web"}  # in a clone; no index has them before a release


def require_extra(extra: str) -> None:
    """Do nothing when every library of `extra` is installed.

    Raises:
        MissingExtraError: One is not; the message says what to install.

    >>> require_extra("train")  # doctest: +SKIP
    """
    missing = [name for name in EXTRAS[extra] if importlib.util.find_spec(name) is None]
    if missing:
        local = "".join(f"{_LOCAL[name]} " for name in EXTRAS[extra] if name in _LOCAL)
        cure = f"run: pip install 'inkdigits[{extra}]', or in a clone: pip install {local}'.[{extra}]'"
        msg = f"this needs {', '.join(missing)}, not installed here; {cure}"
        raise MissingExtraError(msg)
