"""The published JSON schema describes every reading, and refuses what is none."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

import inkdigits.results
from inkdigits import DigitReader
from inkdigits.reading.output.serialization import to_json
from inkdigits.results import Reason
from inkdigits.spec import SIGNS
from support.drawing import write
from support.readings import MIXED, reading

SCHEMA = json.loads(Path(inkdigits.results.__file__).with_name("reading.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    return DigitReader().read(write(["352", "16"], 60, leading=2.4).picture).to_dict()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_readings_keep_to_it(values: dict[str, Any]) -> None:
    assert values["text"] == "352\n16"
    for found in (values, MIXED.to_dict(), reading().to_dict(), json.loads(to_json(MIXED, "a.png"))):
        VALIDATOR.validate(json.loads(json.dumps(found)))


def test_it_lists_all_members_reasons_and_signs(values: dict[str, Any]) -> None:
    parts = SCHEMA["$defs"]
    assert list(SCHEMA["properties"]) == list(values)
    assert set(parts["digit"]["properties"]) == set(values["digits"][0])
    assert set(parts["line"]["properties"]) == set(values["lines"][0])
    assert set(parts["sign"]["properties"]) == set(MIXED.to_dict()["signs"][0])  # type: ignore[index]  # a list
    assert parts["digit"]["properties"]["reason"]["enum"] == [None, *get_args(Reason)]
    assert parts["sign"]["properties"]["character"]["enum"] == list(SIGNS)


SPOILS: list[Callable[[dict[str, Any]], object]] = [
    lambda values: values.pop("signs"),
    lambda values: values.update(outcome="unsure"),
    lambda values: values["digits"][0].update(label=10),
    lambda values: values["digits"][0].update(more=1),
    lambda values: values["digits"][0]["probabilities"].pop(),
    lambda values: values["lines"][0].update(confidence=1.5),
    lambda values: values["lines"][0].pop("written"),
    lambda values: values["lines"][0]["box"].append(4),
]


@pytest.mark.parametrize("spoil", SPOILS)
def test_it_refuses_what_is_no_reading(values: dict[str, Any], spoil: Callable[[dict[str, Any]], object]) -> None:
    spoiled = copy.deepcopy(values)
    spoil(spoiled)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(json.loads(json.dumps(spoiled)))
