"""A missing extra is named together with the command that installs it."""

import re
import tomllib
from pathlib import Path

import pytest

from inkdigits.errors import MissingExtraError
from inkdigits.system import extras

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED_AS = {
    "inkdigits-mnist": "inkdigits_mnist",
    "inkdigits-web": "inkdigits_web",
    "prometheus-client": "prometheus_client",
    "fpdf2": "fpdf",
    "pillow-heif": "pillow_heif",
    "python-multipart": "python_multipart",
    "python-stdnum": "stdnum",
    "scikit-learn": "sklearn",
    "tensorflow-cpu": "tensorflow",
}


def test_a_library_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.EXTRAS, "train", ("json", "no_such_library"))
    with pytest.raises(MissingExtraError, match=r"needs no_such_library, .*pip install 'inkdigits\[train\]'"):
        extras.require_extra("train")


def test_nothing_happens_when_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.EXTRAS, "train", ("json",))
    extras.require_extra("train")


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_each_extra_is_one_that_the_project_offers_with_these_libraries(extra: str) -> None:
    offered = {re.split(r"[^\w-]", line)[0] for line in PROJECT["optional-dependencies"][extra]}
    assert set(extras.EXTRAS[extra]) <= {IMPORTED_AS.get(name, name) for name in offered}
