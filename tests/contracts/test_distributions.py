"""Three wheels: the base one holds code, models and samples and stays small; the others hold MNIST and the runtime."""

import fnmatch
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_BYTES = 6_000_000  # of the base wheel: what somebody downloads who only reads


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build all wheels; return each by the name of its distribution."""
    pytest.importorskip("hatchling")
    built = {}
    for name, source in {"inkdigits": ROOT, "inkdigits_mnist": ROOT / "mnist", "inkdigits_web": ROOT / "web"}.items():
        folder = tmp_path_factory.mktemp(name)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
        (built[name],) = folder.iterdir()
    return built


def test_a_second_build_is_the_same_file(wheels: dict[str, Path], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (again,) = tmp_path.iterdir()
    assert again.read_bytes() == wheels["inkdigits"].read_bytes()


def test_every_installed_library_tells_its_license() -> None:
    command = [sys.executable, str(ROOT / "release" / "licenses.py")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "| numpy | " in done.stdout


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def metadata_of(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(name).decode()


def test_the_base_wheel_is_small_and_holds_no_data_set(wheels: dict[str, Path]) -> None:
    assert wheels["inkdigits"].stat().st_size <= MOST_BYTES
    assert [name for name in names_in(wheels["inkdigits"]) if name.endswith((".xz", ".npz", ".keras"))] == []


def test_the_base_wheel_has_the_package_the_models_the_samples_and_the_licenses(wheels: dict[str, Path]) -> None:
    names = names_in(wheels["inkdigits"])
    ours = {path.relative_to(ROOT / "src") for path in (ROOT / "src").rglob("*.*") if path.suffix != ".pyc"}
    assert {path.as_posix() for path in ours if (ROOT / "src" / path).is_file()} <= names
    samples = {f"inkdigits/samples/{path.name}" for path in (ROOT / "samples").glob("*.*g")}
    assert {name for name in names if name.startswith("inkdigits/samples/")} == samples
    assert {Path(name).name for name in names if ".dist-info/licenses/" in name} == {"LICENSE", "LICENSES.md", "NOTICE"}
    assert {name.split("/")[0].removesuffix(".dist-info").split("-")[0] for name in names} == {"inkdigits"}


def test_the_other_wheel_has_the_four_files_and_their_license(wheels: dict[str, Path]) -> None:
    names = names_in(wheels["inkdigits_mnist"])
    assert len([name for name in names if name.startswith("inkdigits_mnist/") and name.endswith(".xz")]) == 4
    assert any(name.endswith(".dist-info/licenses/LICENSE.md") for name in names)
    assert "License-Expression: CC-BY-SA-3.0" in metadata_of(wheels["inkdigits_mnist"])


def test_the_third_wheel_has_the_runtime_and_its_licenses(wheels: dict[str, Path]) -> None:
    names = names_in(wheels["inkdigits_web"])
    own = {name.removeprefix("inkdigits_web/") for name in names if name.startswith("inkdigits_web/")}
    assert {"SHA256SUMS", "LICENSE.txt", "ThirdPartyNotices.txt", "ort-wasm-simd-threaded.wasm.gz"} <= own
    assert any(name.endswith(".dist-info/licenses/LICENSE.txt") for name in names)


@pytest.mark.parametrize(("extra", "name"), [("train", "inkdigits-mnist"), ("page", "inkdigits-web")])
def test_the_extra_brings_its_wheel(wheels: dict[str, Path], extra: str, name: str) -> None:
    required = [line for line in metadata_of(wheels["inkdigits"]).splitlines() if line.startswith("Requires-Dist: ")]
    (line,) = (line for line in required if name in line)
    assert line.endswith(f"extra == '{extra}'")


def test_the_license_of_mnist_stands_beside_its_files(wheels: dict[str, Path]) -> None:
    names = names_in(wheels["inkdigits_mnist"])
    assert {Path(name).parent for name in names if name.endswith(".xz")} == {Path("inkdigits_mnist")}
    with zipfile.ZipFile(wheels["inkdigits_mnist"]) as archive:
        beside = archive.read("inkdigits_mnist/LICENSE.md")
    assert beside == (ROOT / "mnist" / "LICENSE.md").read_bytes()


def test_the_list_of_licenses_names_every_picture_and_data_file(wheels: dict[str, Path]) -> None:
    listed = (ROOT / "LICENSES.md").read_text(encoding="utf-8")
    assert "inkdigits-" in (name := next(n for n in names_in(wheels["inkdigits"]) if n.endswith("LICENSES.md"))), name
    patterns = re.findall(r"`(inkdigits[\w/.*]+)`[^|]*\| (?:Apache-2.0|CC-BY-SA-3.0|MIT)", listed)
    files = [
        name for wheel in wheels.values() for name in names_in(wheel) if name.endswith((".png", ".jpg", ".xz", ".gz"))
    ]
    assert files
    assert [name for name in files if not any(fnmatch.fnmatch(name, one) for one in patterns)] == []
    assert [one for one in patterns if not fnmatch.filter(files, one)] == []
