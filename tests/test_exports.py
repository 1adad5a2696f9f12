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

import pytest

import inkdigits

HEAVY = ("keras", "tensorflow", "matplotlib", "sklearn", "pandas", "scipy", "PIL", "rich", "fastapi", "ray", "tf2onnx", "onnx")
SAMPLE = Path(__file__).parents[1] / "samples" / "cell-5.png"
_NAMES = sorted(info.name for info in pkgutil.walk_packages(inkdigits.__path__, "inkdigits.") if "__main__" not in info.name)


def load(name: str) -> ModuleType:
    """Import a module, or skip where an extra that it needs is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in HEAVY:
            raise
        pytest.skip(f"{error.name} is not installed")


def defined_names(module: ModuleType) -> set[str]:
    """Return the public names that a module's own code binds, imports apart."""
    names: set[str] = set()
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("name", ["inkdigits", *_NAMES])
def test_all_is_sorted_exists_and_holds_every_public_function_and_class(name: str) -> None:
    module = load(name)
    exported = list(getattr(module, "__all__", []))
    assert exported == sorted(exported, key=lambda export: (not export.isupper(), export.startswith("__"), export))
    assert all(hasattr(module, export) for export in exported)
    assert len(exported) == len(set(exported))
    behind = {export for export in defined_names(module) if callable(getattr(module, export)) and not export.isupper()}
    assert behind <= set(exported)


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


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded, _ = modules_after("import inkdigits; inkdigits.DigitReader")
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize(("arguments", "printed"), [(["--help"], "Commands:"), (["read", str(SAMPLE)], "")])
def test_the_command_loads_nothing_heavy(arguments: list[str], printed: str) -> None:
    code = "import sys\nfrom inkdigits.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert not end.code"
    loaded, answer = modules_after(code, *arguments)
    assert not loaded & set(HEAVY)
    assert printed in answer
    assert answer.strip()


