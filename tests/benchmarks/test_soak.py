"""A short soak: no foreign exception, little memory, nothing slow; and the table says so."""

import sys

import pytest

import soak

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such signals and limits")


def test_fuzzed_inputs_end_in_an_answer_or_our_error() -> None:
    outcome = soak.fuzz(2_000, 60.0)
    assert outcome.broken == []
    assert outcome.done > 200
    assert 0 < outcome.peak < soak.MOST_MB


def test_a_resumed_run_refuses_another_model() -> None:
    assert soak.refuse_other_model().broken == []


@pytest.mark.slow
def test_the_table_and_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--inputs", "300", "--kills", "2", "--seconds", "60"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:28].strip() for line in lines] == [
        "",
        "fuzzed inputs",
        "kills of a batch",
        "resume with another model",
    ]
