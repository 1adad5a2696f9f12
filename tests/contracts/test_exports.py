"""`__all__` of each module is sorted, complete and documented; nothing heavy is loaded by reading."""

import ast
import importlib
import importlib.util
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

import inkdigits

HEAVY = (
    "keras",
    "tensorflow",
    "matplotlib",
    "sklearn",
    "pandas",
    "scipy",
    "PIL",
    "rich",
    "fastapi",
    "starlette",
    "pydantic",
    "uvicorn",
    "prometheus_client",
    "python_multipart",
    "ray",
    "pyarrow",
    "tf2onnx",
    "onnx",
)
SAMPLE = Path(__file__).parents[2] / "samples" / "cell-5.png"
_NAMES = sorted(
    info.name for info in pkgutil.walk_packages(inkdigits.__path__, "inkdigits.") if "__main__" not in info.name
)


def load(name: str) -> ModuleType:
    """Import a module, or skip where an extra that it needs is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in HEAVY:
            raise
        pytest.skip(f"{error.name} is not installed")


def defined_names(module: ModuleType) -> set[str]:
    """Return the public functions and classes of a module's own code; sub-commands belong to their command."""
    nodes = ast.parse(inspect.getsource(module)).body
    names = {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    return {name for name in names if not name.startswith("_") and not isinstance(vars(module)[name], click.Command)}


@pytest.mark.parametrize("name", ["inkdigits", *_NAMES])
def test_all_is_sorted_exists_and_holds_every_public_function_and_class(name: str) -> None:
    module = load(name)
    exported = list(getattr(module, "__all__", []))
    assert exported == sorted(exported, key=lambda export: (not export.isupper(), export.startswith("__"), export))
    assert all(hasattr(module, export) for export in exported)
    assert len(exported) == len(set(exported))
    assert defined_names(module) <= set(exported)


@pytest.mark.parametrize("name", inkdigits.__all__)
def test_each_public_name_of_the_package_is_documented(name: str) -> None:
    thing = getattr(inkdigits, name)
    if name == "__version__":
        assert thing.count(".") == 2
        return
    assert inspect.getdoc(thing)
    for member, value in vars(thing).items():
        if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
            assert inspect.getdoc(value), f"{name}.{member}"


def modules_after(code: str, *arguments: str) -> tuple[set[str], str]:
    """Run code in a fresh interpreter; return the top-level modules that it loaded and what it printed."""
    report = "\nimport json, sys; print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    command = [sys.executable, "-c", code + report, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer, _, last = done.stdout.rstrip("\n").rpartition("\n")
    return set(json.loads(last)), answer


def test_a_picture_is_read_without_what_drawing_and_writing_need() -> None:
    # each is some hundredths of a cold start; NumPy's medians, quantiles and sets of values load its masked arrays
    code = f"""import inkdigits, sys
assert inkdigits.DigitReader().read({str(SAMPLE)!r}).digits
output = "inkdigits.reading.output."
unwanted = ("numpy.ma", "tempfile", "shutil", output + "explanation", output + "drawing", output + "serialization")
print([name for name in unwanted if name in sys.modules])"""
    assert modules_after(code)[1].strip() == "[]"


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded, _ = modules_after("import inkdigits; inkdigits.DigitReader")
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize(
    ("arguments", "printed"), [(["--help"], "Commands:"), (["train", "--help"], "--seeds"), (["read", str(SAMPLE)], "")]
)
def test_the_command_loads_nothing_heavy(arguments: list[str], printed: str) -> None:
    code = (
        "import contextlib, sys, inkdigits.cli\nwith contextlib.suppress(SystemExit): inkdigits.cli.main(sys.argv[1:])"
    )
    loaded, answer = modules_after(code, *arguments)
    assert not loaded & set(HEAVY)
    assert printed in answer
    assert answer.strip()
