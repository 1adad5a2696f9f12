"""TensorFlow's start-up notes stay off stderr; what a failed import says does not."""

import os

import pytest

pytest.importorskip("keras")

from inkdigits.cli.keras_loading import _held_stderr, load_keras

pytestmark = pytest.mark.train


def test_notes_are_held_back(capfd: pytest.CaptureFixture[str]) -> None:
    with _held_stderr():
        os.write(2, b"a note\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_a_failure_gives_the_notes_out(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ImportError):
        _fail_with_a_note()
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "why it failed\nafter\n"


def _fail_with_a_note() -> None:
    with _held_stderr():
        os.write(2, b"why it failed\n")
        raise ImportError


def test_loading_twice_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    load_keras()
    load_keras()
    assert capfd.readouterr().err == ""
