"""Digits pass the rejector, letters and clothes do not; its folder is verified as a bundle's is."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.errors import BundleError, FrameError
from inkdigits.models.bundle import REJECTOR_FOLDER, find_bundle, read_bundle, shipped_bundles
from inkdigits.models.metadata import RejectorInfo
from inkdigits.models.rejector import Rejector
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.export.bundle_writing import write_bundle
from support.drawing import draw_strokes, write

DIGITS = load_mnist().validation.x[:1000, ..., np.newaxis]
REJECTOR = Rejector()

# strokes through points (x, y) of the height, y down, as a test's author writes them
LETTERS = {
    "A": (((0.0, 1.0), (0.3, 0.0), (0.6, 1.0)), ((0.12, 0.62), (0.5, 0.62))),
    "E": (((0.55, 0.0), (0.0, 0.0), (0.0, 1.0), (0.55, 1.0)), ((0.0, 0.5), (0.45, 0.5))),
    "F": (((0.55, 0.0), (0.0, 0.0), (0.0, 1.0)), ((0.0, 0.48), (0.45, 0.48))),
    "H": (((0.0, 0.0), (0.0, 1.0)), ((0.6, 0.0), (0.6, 1.0)), ((0.0, 0.5), (0.6, 0.5))),
    "K": (((0.0, 0.0), (0.0, 1.0)), ((0.55, 0.0), (0.0, 0.55)), ((0.18, 0.42), (0.6, 1.0))),
    "M": (((0.0, 1.0), (0.0, 0.0), (0.35, 0.6), (0.7, 0.0), (0.7, 1.0)),),
    "W": (((0.0, 0.0), (0.2, 1.0), (0.4, 0.2), (0.6, 1.0), (0.8, 0.0)),),
    "X": (((0.0, 0.0), (0.6, 1.0)), ((0.6, 0.0), (0.0, 1.0))),
    "+": (((0.0, 0.5), (0.6, 0.5)), ((0.3, 0.2), (0.3, 0.8))),
    "=": (((0.0, 0.4), (0.7, 0.4)), ((0.0, 0.65), (0.7, 0.65))),
    "arrow": (((0.0, 0.5), (1.0, 0.5)), ((0.7, 0.25), (1.0, 0.5), (0.7, 0.75))),
}

# filled outlines on 28 x 28, light on dark
CLOTHES: dict[str, Sequence[tuple[int, int]]] = {
    "shirt": [(9, 3), (19, 3), (26, 8), (23, 13), (20, 11), (20, 25), (8, 25), (8, 11), (5, 13), (2, 8)],
    "trousers": [(8, 2), (20, 2), (22, 26), (16, 26), (14, 9), (12, 26), (6, 26)],
    "boot": [(4, 3), (13, 3), (14, 14), (25, 20), (26, 25), (3, 25)],
}


def fill(outline: Sequence[tuple[int, int]]) -> UInt8Array:
    picture = np.zeros((28, 28), dtype=np.uint8)
    cv2.fillPoly(picture, [np.array(outline, dtype=np.int32)], (190,))
    return picture


class TestAnswers:
    def test_digits_pass(self) -> None:
        assert np.mean(REJECTOR.digit_probabilities(DIGITS) >= REJECTOR.info.doubt_below) >= 0.98

    @pytest.mark.parametrize("name", LETTERS)
    @pytest.mark.parametrize("thickness", [5, 8])
    def test_letters_and_signs_do_not(self, reader: DigitReader, name: str, thickness: int) -> None:
        picture = draw_strokes(LETTERS[name], 80, thickness)
        for reading in (reader.read(picture), reader.read_digit(picture)):
            assert {digit.outcome for digit in reading.digits} == {"not_a_digit"}
            assert (reading.text, reading.outcome) == ("", "blank")

    @pytest.mark.parametrize("name", CLOTHES)
    def test_clothes_do_not(self, reader: DigitReader, name: str) -> None:
        (digit,) = reader.read_digit(fill(CLOTHES[name])).digits
        assert digit.outcome == "not_a_digit"
        assert digit.digit_probability < REJECTOR.info.reject_below

    def test_the_digits_of_a_line_keep_their_places(self, reader: DigitReader) -> None:
        reading = reader.read(write(["0123456789"], 60, 7).picture)
        assert reading.text == "0123456789"
        assert all(digit.digit_probability >= REJECTOR.info.doubt_below for digit in reading.digits)

    def test_a_probability_is_one_number_for_each_frame(self) -> None:
        together = REJECTOR.digit_probabilities(DIGITS[:300])
        assert together.shape == (300,)
        assert together.dtype == np.float32
        assert np.all((together >= 0) & (together <= 1))
        alone = np.concatenate([REJECTOR.digit_probabilities(DIGITS[index : index + 1]) for index in range(300)])
        assert np.allclose(together, alone, atol=1e-5)

    def test_no_frames_have_no_shares(self) -> None:
        assert REJECTOR.digit_probabilities(DIGITS[:0]).shape == (0,)

    def test_other_arrays_are_refused(self) -> None:
        with pytest.raises(FrameError):
            REJECTOR.digit_probabilities(DIGITS[..., 0])


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return Path(shutil.copytree(REJECTOR_FOLDER, tmp_path / "rejector"))

    def test_it_is_no_reading_bundle(self) -> None:
        assert "rejector" not in shipped_bundles()
        with pytest.raises(BundleError, match="expected a shipped bundle"):
            find_bundle("rejector")
        with pytest.raises(BundleError, match=r"expected (the keys|format)"):
            read_bundle(REJECTOR_FOLDER)

    def test_a_copy_answers_the_same(self, folder: Path) -> None:
        copy = Rejector(folder)
        assert np.array_equal(copy.digit_probabilities(DIGITS[:9]), REJECTOR.digit_probabilities(DIGITS[:9]))

    @pytest.mark.parametrize("name", ["model.onnx", "model.json", "README.md", "SHA256SUMS"])
    def test_a_changed_byte_is_found(self, folder: Path, name: str) -> None:
        data = bytearray((folder / name).read_bytes())
        data[5] ^= 1
        (folder / name).write_bytes(data)
        with pytest.raises(BundleError, match=r"expected SHA-256 .*, found .*install the bundle again"):
            Rejector(folder)

    @pytest.mark.parametrize(
        "limits",
        [
            (-0.1, 0.2, 0.5),
            (0.2, 0.5, 1.5),
            ("low", 0.5, 0.6),
            (None, None, None),
            (float("nan"), 0.5, 1),
            (0.1, float("nan"), 1),
            (0.6, 0.5, 0.7),
            (0.1, 0.5, 0.4),
        ],
    )
    def test_limits_that_cannot_be_are_refused(self, tmp_path: Path, limits: tuple[float, float, float]) -> None:
        info = RejectorInfo("rejector", "1.0.0", 1, *limits)
        with pytest.raises(BundleError, match="expected limits from 0 to 1, doubt no less than rejection"):
            Rejector(write_bundle(tmp_path / "odd", b"", info, "# Card\n"))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"color": "blue"}, "expected the keys"),
            ({"format": 2}, "expected format 1, found 2"),
            (None, "expected a JSON object"),
        ],
    )
    def test_other_keys_another_format_and_no_json_are_refused(
        self, folder: Path, change: dict[str, object] | None, message: str
    ) -> None:
        path, sums = folder / "model.json", folder / "SHA256SUMS"
        old = path.read_bytes()
        fresh = b"{" if change is None else json.dumps(json.loads(old) | change).encode()
        path.write_bytes(fresh)
        before, after = (hashlib.sha256(data).hexdigest() for data in (old, fresh))
        sums.write_text(sums.read_text(encoding="ascii").replace(before, after), encoding="ascii")
        with pytest.raises(BundleError, match=message):
            Rejector(folder)

    def test_a_reading_network_is_refused(self, tiny_bundle: Path, tmp_path: Path) -> None:
        info = RejectorInfo("rejector", "1.0.0", 1, 0.5, 0.6, 0.9)
        odd = write_bundle(tmp_path / "odd", read_bundle(tiny_bundle).onnx, info, "# Card\n")
        with pytest.raises(BundleError, match="expected the tensors"):
            Rejector(odd)

    def test_it_is_small(self) -> None:
        assert (REJECTOR_FOLDER / "model.onnx").stat().st_size <= 250_000
        values = json.loads((REJECTOR_FOLDER / "model.json").read_text(encoding="utf-8"))
        assert values["parameters"] <= 60_000
