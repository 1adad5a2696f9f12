"""Draw the scans of the guide on forms: the printed sheet, filled with MNIST's test digits, turned a little.

    python docs/forms/make_scans.py

The digits are MNIST's (Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0).
"""

from pathlib import Path

import cv2
import numpy as np

from inkdigits.forms.form import Form
from inkdigits.forms.results import FieldReading
from inkdigits.forms.sheets import draw_sheet
from inkdigits.forms.template import Template, load_template
from inkdigits.reading.pictures.decoding import decode
from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist

HERE = Path(__file__).parent
SCALE = 200 / 25.4  # pixels a millimeter of a printed sheet, as it is rendered
FORMS = {  # name -> what is written, X for a cross; then the turn in degrees
    "monday.png": ({"station": "0417", "day": "071126", "valid": "386", "invalid": "X21", "total": "407"}, 1.2),
    "tuesday.png": ({"station": "0418", "day": "081126", "valid": "295", "invalid": "XX6", "total": "311"}, 181.0),
    "wednesday.png": ({"station": "0419", "day": "091126", "valid": "354", "invalid": "X18", "total": "372"}, -2.1),
}


def fill(template: Template, sheet: UInt8Array, texts: dict[str, str], digits: LabeledFrames, seed: int) -> UInt8Array:
    """Return the sheet with digits in its cells."""
    generator = np.random.default_rng(seed)
    page = sheet.astype(np.float32)
    for spec in template.fields:
        for character, (left, top, width, height) in zip(texts[spec.name], spec.cells, strict=True):
            rows = round(0.85 * height * SCALE)
            if character == "X":
                large = np.zeros((rows, rows), np.float32)
                cv2.line(large, (12, 12), (rows - 12, rows - 12), 1, 5, cv2.LINE_AA)
                cv2.line(large, (rows - 12, 12), (12, rows - 12), 1, 5, cv2.LINE_AA)
            else:
                frame = digits.x[generator.choice(np.flatnonzero(digits.y == int(character)))].reshape(28, 28)
                large = cv2.resize(frame, (rows, rows), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
                large = np.clip((cv2.GaussianBlur(large, (0, 0), rows / 60) - 0.35) / 0.3, 0, 1)
            x, y = (round(side * SCALE) for side in (left + width / 2, top + height / 2))
            part = page[y - rows // 2 : y - rows // 2 + rows, x - rows // 2 : x - rows // 2 + rows]
            part -= large * (part - 60)
    return np.clip(page, 0, 255).astype(np.uint8)


def scan(page: UInt8Array, degrees: float, seed: int) -> UInt8Array:
    """Return the page as it lay on the glass, 150 dpi."""
    generator = np.random.default_rng(seed)
    size = (round(page.shape[1] * 0.75), round(page.shape[0] * 0.75))
    turn = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), -degrees, 0.75)
    matrix: Float64Array = np.asarray(turn, dtype=np.float64)
    matrix[:, 2] += np.array(size) / 2 - np.array([page.shape[1], page.shape[0]]) / 2
    turned = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(turned * 0.97 + generator.normal(0, 1.2, turned.shape), 0, 255), dtype=np.uint8)


def show(gray: UInt8Array, fields: tuple[FieldReading, ...]) -> UInt8Array:
    """Return a scan with each field's box and text, green where it is sure."""
    clean = np.where(gray > 225, 255, gray // 16 * 16).astype(np.uint8)  # without grain, which makes the file large
    picture = np.asarray(cv2.cvtColor(clean, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    for field in fields:
        if field.box is not None:
            color = (0, 140, 0) if field.outcome == "sure" else (0, 90, 230)
            cv2.rectangle(picture, (field.box.x_min, field.box.y_min), (field.box.x_max, field.box.y_max), color, 2)
            at = (field.box.x_min, field.box.y_max + 24)
            cv2.putText(picture, field.text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.8, color, 2, cv2.LINE_AA)
    return picture


def main() -> None:
    """Draw the scans and the picture of what was read."""
    template = load_template(HERE / "tally.toml")
    sheet = decode(draw_sheet(template))
    digits = load_mnist().test
    for seed, (name, (texts, degrees)) in enumerate(FORMS.items(), 5):
        filled = scan(fill(template, sheet, texts, digits, seed), degrees, seed)
        cv2.imwrite(str(HERE / "scans" / name), filled)
    monday = decode(HERE / "scans" / "monday.png")
    reading = Form.of(template).read(monday)
    cv2.imwrite(str(HERE.parent / "images" / "form.png"), show(monday, reading.fields))


if __name__ == "__main__":
    main()
