"""Encoded pictures that must be refused, by name, with the error that each is to raise."""

import io
import struct
import zlib
from collections.abc import Set as AbstractSet

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


def tiff_claiming(
    *extra: tuple[int, int], width: int = 10, height: int = 10, left_out: AbstractSet[int] = frozenset()
) -> bytes:
    """Return a gray TIFF with `extra` (tag, value) after its own tags, some of which are left out."""
    own = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height), (279, 100)]
    own = [entry for entry in own if entry[0] not in left_out]
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


def png_with_early_end(kind: bytes) -> bytes:
    """Return a PNG that ends before its pixels, and goes on with a chunk which claims four billion bytes."""
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks + b"\xff\xff\xff\xf0" + kind


def png_of_packed_texts(count: int) -> bytes:
    """Return a small PNG with texts that unpack to ten megabytes each."""
    data = encode(np.zeros((20, 30), dtype=np.uint8), "PNG")
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(10_000_000)))
    return data[:33] + count * text + data[33:]


def jpeg_of_scans(count: int, side: int = 4096) -> bytes:
    """Return a progressive JPEG whose last scan, which refines nothing, comes again and again."""
    data = encode(np.full((side, side), 255, dtype=np.uint8), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + count * last + data[-2:]


def jpeg_of_segments(count: int) -> bytes:
    data = encode(np.zeros((8, 8), dtype=np.uint8), "JPEG")
    return data[:2] + count * b"\xff\xfe\0\2" + data[2:]


def progressive_jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(encode(np.zeros((8, 8, 3), dtype=np.uint8), "JPEG", progressive=True))
    at = data.index(b"\xff\xc2") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_with_long_chunk() -> bytes:
    data = encode(np.zeros((8, 8, 3), dtype=np.uint8), "WEBP", lossless=True)
    return data[:16] + struct.pack("<I", 0x7FFFFFF0) + data[20:]


def moving_webp_claiming(side: int) -> bytes:
    frames = [Image.new("RGBA", (8, 8), (255, 255, 255, level)) for level in (0, 200)]
    data = bytearray(encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    data[24:30] = 2 * (side - 1).to_bytes(3, "little")
    return bytes(data)


def png_of_sixteen_bits(side: int) -> bytes:
    """Return a PNG of so many colors and transparency in sixteen bits that decoding takes gigabytes."""
    header = struct.pack(">IIBBBBB", side, side, 16, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(side * (1 + 8 * side)), 1)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


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
    "early-end-IDAT.png": (png_with_early_end(b"IDAT"), PictureFormatError),
    "early-end-tEXt.png": (png_with_early_end(b"tEXt"), PictureFormatError),
    "few-bytes.png": (png_claiming(1_400, 1_400), PictureFormatError),
    "scans.jpg": (jpeg_of_scans(3_000, 1024), PictureTooLargeError),
    "segments.jpg": (jpeg_of_segments(20_000), PictureTooLargeError),
    "few-bytes.jpg": (progressive_jpeg_claiming(1_400, 1_400), PictureFormatError),
    "few-bytes.gif": (gif_claiming(1_400, 1_400), PictureFormatError),
    "long-chunk.webp": (webp_with_long_chunk(), PictureFormatError),
    "moving.webp": (moving_webp_claiming(8_000), PictureTooLargeError),
    "many-samples.tiff": (tiff_claiming((277, 60_000), left_out={277}), PictureFormatError),
    "strip-beyond.tiff": (tiff_claiming((279, 2_000_000_000), left_out={279}), PictureFormatError),
    "wide-numbers.tiff": (tiff_claiming((258, 64), left_out={258}, width=8_000, height=8_000), PictureTooLargeError),
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
