"""Encoded pictures that must be refused, by name, with the error that each is to raise."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from inkdigits.errors import InkdigitsError, PictureFormatError, PictureTooLargeError
from inkdigits.spec import UInt8Array
from support.drawing import write

Bad = tuple[bytes, type[InkdigitsError]]


def encode(picture: UInt8Array | Image.Image, form: str, **options: object) -> bytes:
    """Return a picture as the bytes of a file, written by Pillow."""
    stream = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(stream, form, **options)
    return stream.getvalue()


def speckled() -> UInt8Array:
    """Return a page with noise, so that its encoded forms are long and a late cut still takes pixels away."""
    page = write(["31415926535897"]).picture
    noise = np.random.default_rng(1).integers(0, 12, page.shape)
    return np.asarray(np.maximum(page - noise, 0), dtype=np.uint8)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(encode(np.zeros((8, 8), dtype=np.uint8), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def bmp_claiming(width: int, height: int) -> bytes:
    file = b"BM" + struct.pack("<IHHI", 1000, 0, 0, 54)
    return file + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(100)


def old_bmp(width: int, height: int, rows: bytes = bytes(100)) -> bytes:
    """Return a BMP with OS/2's short header, whose sizes have two bytes."""
    return (
        b"BM" + struct.pack("<IHHI", 26 + len(rows), 0, 0, 26) + struct.pack("<IHHHH", 12, width, height, 1, 24) + rows
    )


def gif_claiming(width: int, height: int) -> bytes:
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(3) + b"\xff\xff\xff"
    return screen + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00;"


def tiff_claiming(*extra: tuple[int, int], width: int = 10, height: int = 10) -> bytes:
    """Return a gray TIFF with `extra` (tag, value) after its own tags."""
    own = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height), (279, 100)]
    tags = sorted([*own, *extra], key=lambda entry: entry[0])
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 108) + bytes(100) + struct.pack("<H", len(tags)) + entries + bytes(4)


def webp_claiming(width: int, height: int) -> bytes:
    inner = encode(np.zeros((8, 8), dtype=np.uint8), "WEBP")[12:]
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + sizes + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def png_with_endless_chunk() -> bytes:
    """Return a PNG of 30 x 20 pixels, one of whose chunks claims two billion bytes; a decoder may reserve them."""
    data = encode(np.zeros((20, 30), dtype=np.uint8), "PNG")
    return data[:33] + struct.pack(">I", 0x7FFFFFFF) + b"iCCP" + data[33:]


def jpeg_of_two_sizes() -> bytes:
    """Return a JPEG in which a strict reader finds 8 x 8 pixels, and one that skips byte by byte 65,535 x 65,535."""
    data = encode(np.zeros((8, 8), dtype=np.uint8), "JPEG")
    frame = data[data.index(b"\xff\xc0") :]
    large = frame[:5] + struct.pack(">HH", 65_535, 65_535) + frame[9:19]
    hidden = struct.pack(">H", len(large) + 6) + large + b"\xff\xe1" + struct.pack(">H", 21)
    return data[: len(data) - len(frame)] + b"\xff\x00" + hidden + frame


BOMBS: dict[str, Bad] = {
    name: (data, PictureTooLargeError)
    for name, data in {
        "bomb.png": png_claiming(100_000, 100_000),
        "flat-bomb.png": png_claiming(2**31 - 1, 1),
        "bomb.jpg": jpeg_claiming(65_535, 65_535),
        "bomb.bmp": bmp_claiming(100_000, 100_000),
        "upside-down-bomb.bmp": bmp_claiming(100_000, -100_000),
        "old-bomb.bmp": old_bmp(65_535, 65_535),
        "bomb.gif": gif_claiming(65_535, 65_535),
        "bomb.tiff": tiff_claiming(width=100_000, height=100_000),
        "two-widths-bomb.tiff": tiff_claiming((256, 10), (257, 10), width=100_000, height=100_000),
        "bomb.webp": webp_claiming(100_000, 100_000),
    }.items()
} | {
    "tile-bomb.tiff": (tiff_claiming((322, 16_000), (323, 16_000)), PictureFormatError),
    "chunk-bomb.png": (png_with_endless_chunk(), PictureFormatError),
    "two-sizes-bomb.jpg": (jpeg_of_two_sizes(), PictureFormatError),
}


def _cut(form: str, share: float, **options: object) -> bytes:
    data = encode(speckled(), form, **options)
    return data[: int(share * len(data))]


TRUNCATED: dict[str, Bad] = {
    f"cut-at-{share:.0%}-{kind}": (_cut(form, share, **options), PictureFormatError)
    for kind, form, options in (
        ("plain.png", "PNG", {}),
        ("plain.jpg", "JPEG", {}),
        ("progressive.jpg", "JPEG", {"progressive": True}),
        ("plain.bmp", "BMP", {}),
        ("plain.tiff", "TIFF", {}),
        ("lzw.tiff", "TIFF", {"compression": "tiff_lzw"}),
        ("lossy.webp", "WEBP", {}),
        ("lossless.webp", "WEBP", {"lossless": True}),
        ("plain.gif", "GIF", {}),
    )
    for share in (0.02, 0.5, 0.9, 0.99)
}
TRUNCATED["end-mark-missing.jpg"] = (encode(speckled(), "JPEG")[:-2], PictureFormatError)
TRUNCATED["end-mark-missing.png"] = (encode(speckled(), "PNG")[:-12], PictureFormatError)
TRUNCATED["end-mark-halved.png"] = (encode(speckled(), "PNG")[:-2], PictureFormatError)

DAMAGED: dict[str, Bad] = {
    name: (data, PictureFormatError)
    for name, data in {
        "empty.png": b"",
        "text.png": b"this is no picture\n",
        "page.png": b"<html><body>404</body></html>",
        "zeros.png": bytes(1000),
        "mark-alone.png": b"\x89PNG\r\n\x1a\n",
        "mark-alone.jpg": b"\xff\xd8\xff",
        "no-frame.jpg": b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
        "no-marker.jpg": b"\xff\xd8\xff\xe0\x00\x02nonsense",
        "mark-alone.bmp": b"BM",
        "mark-alone.gif": b"GIF89a",
        "mark-alone.tiff": b"II*\x00",
        "mark-alone.webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        "sound.webp": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(30),
        "zero-wide.png": png_claiming(0, 10),
        "zero-high.jpg": jpeg_claiming(10, 0),
        "header-twice-as-long.png": b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", bytes(26)) + png_chunk(b"IEND", b""),
        "no-pixels.png": b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 5, 8, 0, 0, 0, 0))
        + png_chunk(b"IEND", b""),
        "negative-width.bmp": bmp_claiming(-10, 10),
        "canvas-of-another-size.webp": webp_claiming(4, 4),
        "not-a-number.tiff": encode(Image.fromarray(np.full((5, 5), np.nan, dtype=np.float32)), "TIFF"),
        "negative-integers.tiff": encode(Image.fromarray(np.full((5, 5), -1, dtype=np.int32)), "TIFF"),
    }.items()
}

ALL: dict[str, Bad] = BOMBS | TRUNCATED | DAMAGED
