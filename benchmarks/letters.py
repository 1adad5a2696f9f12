"""Draws single letters in handwriting-like fonts for `rejection.py`.

The fonts are not part of this project; those of the list that are installed are used. The detector learns print from
the fonts of the machine that trains it, so it may have seen them.
"""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkdigits.spec import UInt8Array

# Debian packages: fonts-sjfonts, -kristi, -yusei-magic, -humor-sans, -leckerli-one, -seto, -dkg-handwriting, -breip,
# -rufscript, -tomsontalks, -klee, -bwht, -tlwg-purisa-otf, -dancingscript, -kaushanscript
FONTS = (
    "Delphine.ttf",
    "SteveHand.ttf",
    "Kristi.ttf",
    "YuseiMagic-Regular.ttf",
    "Humor-Sans.ttf",
    "LeckerliOne-Regular.ttf",
    "setofont.ttf",
    "dkg.ttf",
    "dkgIt.ttf",
    "Rufscript010.ttf",
    "Breip.ttf",
    "TomsonTalks.ttf",
    "KleeOne-Regular.ttf",
    "BecauseWeBuild-Regular.otf",
    "BecauseWeConnect-Regular.otf",
    "BecauseWeCreate-Regular.otf",
    "BecauseWeLearn-Regular.otf",
    "BecauseWeMentor-Regular.otf",
    "BecauseWeOrganize-Regular.otf",
    "Purisa.otf",
    "DancingScript-Regular.otf",
    "KaushanScript-Regular.otf",
)
# without those that a person reads as a digit when they stand alone: O Q I l Z S G b B g q, and small i, o, s, z
LETTERS = "ACDEFHJKLMNPRTUVWXYacdefhjkmnprtuvwxy"
_SIDE = 240  # pixels of the picture
_POINTS = 90  # size of the font
_VARIANTS = 3  # pictures of each letter: as it is, and bent


def find_fonts(folder: Path) -> list[Path]:
    """Return the files of `FONTS` that lie under a folder, sorted by name."""
    found = {path.name: path for path in sorted(folder.rglob("*.[ot]tf"))}
    return [found[name] for name in sorted(FONTS) if name in found]


def draw_letters(font: Path, generator: np.random.Generator) -> list[tuple[str, UInt8Array]]:
    """Return each letter of a font with its picture, uint8, black on white."""
    face = ImageFont.truetype(str(font), _POINTS)
    pictures = []
    for letter in LETTERS:
        canvas = Image.new("L", (_SIDE, _SIDE), 0)
        ImageDraw.Draw(canvas).text((_SIDE // 3, _SIDE // 4), letter, font=face, fill=255)
        ink = np.array(canvas, dtype=np.uint8)
        if not ink.any():
            continue
        pictures.append((letter, 255 - ink))
        pictures += [(letter, 255 - _bend(ink, generator)) for _ in range(_VARIANTS - 1)]
    return pictures


def _bend(ink: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Slant, turn and bend a letter and thicken its strokes."""
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32)
    angle, slant = np.deg2rad(generator.normal(0, 6)), generator.normal(0, 0.15)
    x, y = columns - _SIDE / 2, rows - _SIDE / 2
    steps = generator.normal(0, 4, (2, 5, 5)).astype(np.float32)
    right, down = (cv2.resize(step, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC) for step in steps)
    from_x = x * np.cos(angle) - y * np.sin(angle) + slant * y + _SIDE / 2 + right
    from_y = x * np.sin(angle) + y * np.cos(angle) + _SIDE / 2 + down
    bent = cv2.remap(ink, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_LINEAR)
    side = int(generator.integers(1, 6))
    bent = cv2.dilate(bent, np.ones((side, side), np.uint8))
    return np.asarray(cv2.GaussianBlur(bent, (0, 0), float(generator.uniform(0.5, 3))), dtype=np.uint8)
