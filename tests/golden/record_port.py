"""Records the golden pictures and answers that a port is tested with; they are part of the installed package.

Run it after shipping other weights or changing decisions, and look at the difference:

    python tests/golden/record_port.py [FOLDER]

It takes seconds. `inkdigits/models/golden/README.md` says what the files are. Code draws the pictures; none shows a
digit of MNIST.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from exposures import EXPOSURES
from inkdigits import DigitReader
from inkdigits.models.detector import Detector, fit_to_detector
from inkdigits.models.golden import FOLDER
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import Strip
from inkdigits.reading.framing import frame_digit
from inkdigits.reading.trace import Trace
from inkdigits.spec import UInt8Array
from sign_forms import write_number as write_with_signs
from support.drawing import blank
from support.page_hand import Point, write_doubt, write_letter, write_number

__all__ = ["WITH_PLACES", "GoldenPicture", "draw_pictures", "record"]

_SEED = 31
_DECIMALS = 5  # of probabilities
_PLACE_DECIMALS = 4  # of the detector's places, which are many
WITH_PLACES = "digit"  # the smallest picture: places of others would be megabytes


@dataclass(frozen=True)
class GoldenPicture:
    """A picture as a file, and how it is read."""

    name: str
    encoded: bytes
    suffix: str = ".png"
    call: str = "read"


def draw_pictures() -> list[GoldenPicture]:
    """Return the pictures, one for each way through the reader."""
    number = _draw(write_number("40867", (30, 40), 80), (170, 440), 7)
    two_lines = _draw([*write_number("315", (25, 20), 60), *write_number("2790", (30, 120), 60)], (210, 290), 6)
    letter = _draw(write_letter("K", (50, 30), 80), (140, 170), 7)
    small = _draw(write_number("5", (10, 6), 34), (46, 40), 4)
    frame = frame_digit(_draw(write_number("3", (40, 30), 90), (150, 150), 9))
    drawn = {
        "number": number,
        "two-lines": two_lines,
        "signs": write_with_signs("currency", 2003).picture,
        "letter": letter,
        "doubt": _draw(write_doubt((50, 30), 90, 12), (150, 160), 8),
        "blank": blank(60, 90),
        "tilted": _tilt(_draw(write_number("6174", (30, 40), 60), (140, 290), 6), 14),
        "glass": _on_glass(_draw(write_number("82", (20, 20), 70), (110, 170), 7)),
        "frame": frame,
    }
    pictures = [GoldenPicture(name, _encode(picture, ".png")) for name, picture in drawn.items()]
    pictures.append(GoldenPicture(WITH_PLACES, _encode(small, ".png"), call="read_digit"))
    return [*pictures, GoldenPicture("photo", _encode(_photograph(), ".jpg"), ".jpg")]


def record(folder: Path = FOLDER) -> list[Path]:
    """Write all files, and remove what an earlier run left; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.*"):
        if old.suffix in {".png", ".jpg", ".json"}:
            old.unlink()
    reader, detector, recognizer = DigitReader(), Detector(), LineRecognizer()
    for picture in draw_pictures():
        _record_one(picture, folder, reader, detector, recognizer)
    return sorted(path for path in folder.iterdir() if path.suffix in {".png", ".jpg", ".json"})


def _record_one(
    picture: GoldenPicture, folder: Path, reader: DigitReader, detector: Detector, recognizer: LineRecognizer
) -> None:
    name = picture.name
    (folder / f"{name}{picture.suffix}").write_bytes(picture.encoded)
    trace = reader.trace(picture.encoded)
    reading = reader.read_digit(picture.encoded) if picture.call == "read_digit" else trace.reading
    _write(folder / f"{name}.gray.png", trace.gray)
    values = {
        "picture": f"{name}{picture.suffix}",
        "call": picture.call,
        "models": [f"{told.name} {told.version}" for told in (reader.info, detector.info, recognizer.info)],
        "detector": _record_places(trace.gray, folder, name, detector) if name == WITH_PLACES else None,
        "classifier": _record_frames(trace, folder, name),
        "line_recognizer": [
            _record_strip(strip, folder, name, line, recognizer)
            for line, strip in enumerate(trace.page.strips)
            if strip is not None and picture.call == "read"  # a single digit is no line
        ],
        "reading": reading.to_dict(),
    }
    (folder / f"{name}.json").write_text(json.dumps(values, separators=(",", ":")) + "\n", encoding="utf-8")


def _record_places(gray: UInt8Array, folder: Path, name: str, detector: Detector) -> dict[str, object]:
    fitted, _ = fit_to_detector(gray)
    file = f"{name}.detector.png"
    _write(folder / file, fitted)
    return {"input": file, "places": _rounded(detector.places(fitted), _PLACE_DECIMALS)}


def _record_frames(trace: Trace, folder: Path, name: str) -> dict[str, object] | None:
    if len(trace.frames) == 0:
        return None
    file = f"{name}.frames.png"
    _write(folder / file, trace.frames.reshape(-1, trace.frames.shape[2]))
    return {"input": file, "probabilities": _rounded(trace.classified, _DECIMALS)}


def _record_strip(strip: Strip, folder: Path, name: str, line: int, recognizer: LineRecognizer) -> dict[str, object]:
    file = f"{name}.strip-{line}.png"
    _write(folder / file, strip.picture)
    (answer,) = recognizer.log_probabilities([strip])
    return {"line": line, "input": file, "probabilities": _rounded(np.exp(answer), _DECIMALS)}


def _rounded(values: np.ndarray, decimals: int) -> object:
    return np.round(values.astype(np.float64), decimals).tolist()


def _encode(picture: UInt8Array, suffix: str) -> bytes:
    options = [cv2.IMWRITE_PNG_COMPRESSION, 9] if suffix == ".png" else []
    return cv2.imencode(suffix, picture, options)[1].tobytes()


def _write(path: Path, picture: UInt8Array) -> None:
    path.write_bytes(_encode(picture, ".png"))


def _draw(strokes: list[list[Point]], size: tuple[int, int], width: int) -> UInt8Array:
    """Return strokes in black on white, `size` rows and columns, with a pen of `width` pixels."""
    picture = blank(*size)
    for stroke in strokes:
        points = np.array(stroke).round().astype(np.int32)
        cv2.polylines(picture, [points], isClosed=False, color=(0,), thickness=width, lineType=cv2.LINE_AA)
    return picture


def _tilt(picture: UInt8Array, degrees: float) -> UInt8Array:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9)
    turn[1, 2] += 30
    return np.asarray(cv2.warpAffine(picture, turn, (width, height + 60), borderValue=(255,)), dtype=np.uint8)


def _on_glass(picture: UInt8Array) -> UInt8Array:
    """Return black ink on nothing, as drawing programs save it: BGRA."""
    color = np.zeros_like(picture)
    return np.stack([color, color, color, 255 - picture], axis=2)


def _photograph() -> UInt8Array:
    ink = (255 - _draw(write_number("9251", (40, 40), 70), (160, 340), 6)) / 255
    return EXPOSURES["falling light"](ink, np.random.default_rng(_SEED))


if __name__ == "__main__":
    written = record(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    total = sum(path.stat().st_size for path in written)
    print(f"recorded {len(written)} files, {total:,} bytes, in {written[0].parent}")  # noqa: T201 - a script
