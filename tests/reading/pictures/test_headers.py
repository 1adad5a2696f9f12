"""A header's size is the one that Pillow finds, and a header that lies is refused."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inkdigits.errors import PictureFormatError
from inkdigits.reading.pictures.headers import FORMATS, Header, read_header
from support import bad_pictures
from support.bad_pictures import encode, old_bmp, png_claiming

# how Pillow calls a format, how we do, and what to ask of Pillow
WRITERS: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("PNG", "PNG", "L", {}),
    ("PNG", "PNG", "RGBA", {}),
    ("JPEG", "JPEG", "L", {}),
    ("JPEG", "JPEG", "CMYK", {"progressive": True}),
    ("JPEG", "JPEG", "RGB", {"comment": b"\xff\xd9 a picture", "dpi": (300, 300)}),
    ("BMP", "BMP", "1", {}),
    ("BMP", "BMP", "RGBA", {}),
    ("GIF", "GIF", "P", {}),
    ("TIFF", "TIFF", "L", {}),
    ("TIFF", "TIFF", "1", {"compression": "group4"}),
    ("TIFF", "TIFF", "I;16B", {}),
    ("WEBP", "WebP", "RGB", {"quality": 50}),
    ("WEBP", "WebP", "RGB", {"lossless": True}),
    ("WEBP", "WebP", "RGBA", {"quality": 50}),
    ("MPO", "JPEG", "RGB", {}),
)


@settings(max_examples=50, deadline=None)
@given(
    writer=st.sampled_from(WRITERS),
    width=st.one_of(st.integers(1, 300), st.sampled_from([255, 256, 257, 1500])),
    height=st.one_of(st.integers(1, 300), st.sampled_from([255, 256, 257, 1500])),
)
def test_sizes_agree_with_pillow(writer: tuple[str, str, str, dict[str, object]], width: int, height: int) -> None:
    form, name, mode, options = writer
    data = encode(Image.new(mode, (width, height)), form, **options)
    assert read_header(data) == Header(name, width, height, complete=True)


def test_animated_and_oriented_pictures_have_the_size_of_the_canvas() -> None:
    one, other = Image.new("RGB", (30, 20)), Image.new("RGB", (30, 20), "white")
    exif = one.getexif()
    exif[274] = 6
    for form, pages in (("PNG", 1), ("GIF", 1), ("WEBP", 1), ("TIFF", 2)):
        header = read_header(encode(one, form, save_all=True, append_images=[other]))
        assert (header.width, header.height, header.pages) == (30, 20, pages)
    assert read_header(encode(one, "JPEG", exif=exif)).width == 30


def test_a_bmp_of_os2_has_sizes_of_two_bytes() -> None:
    assert read_header(old_bmp(300, 200)) == Header("BMP", 300, 200)


def test_every_format_has_a_parser_that_refuses_its_bare_mark() -> None:
    for mark, name in FORMATS.items():
        with pytest.raises(PictureFormatError, match=f"expected a whole {name} header"):
            read_header(mark)


def test_complete_needs_the_end_mark_and_bears_what_follows_it() -> None:
    png, jpeg = encode(Image.new("L", (9, 9)), "PNG"), encode(Image.new("L", (9, 9)), "JPEG")
    assert not read_header(png[:-12]).complete
    assert not read_header(png[:-1]).complete
    assert not read_header(jpeg[:-2]).complete
    assert read_header(png + b"trailer").complete
    assert read_header(jpeg + b"trailer").complete


def test_an_end_mark_inside_a_chunk_is_none() -> None:
    text = bad_pictures.png_chunk(b"tEXt", b"Comment\0IEND\xaeB`\x82")
    data = encode(Image.new("L", (9, 9)), "PNG")
    assert not read_header(data[:33] + text + data[33:-12]).complete


def test_padding_before_a_jpeg_marker_is_stepped_over() -> None:
    data = encode(Image.new("L", (12, 9)), "JPEG")
    assert read_header(data[:2] + b"\xff\xff" + data[2:]) == Header("JPEG", 12, 9)


def test_a_jpeg_marker_without_a_length_is_stepped_over() -> None:
    data = encode(Image.new("L", (12, 9)), "JPEG")
    assert read_header(data[:2] + b"\xff\x01" + data[2:]) == Header("JPEG", 12, 9)


def test_a_jpeg_with_two_frames_is_refused() -> None:
    data = encode(Image.new("L", (12, 9)), "JPEG")
    frame = data[data.index(b"\xff\xc0") :][: 2 + 11]
    with pytest.raises(PictureFormatError, match="JPEG header"):
        read_header(data.replace(frame, frame + frame))


def test_a_size_of_zero_is_told() -> None:
    with pytest.raises(PictureFormatError, match="at least 1 x 1 pixel, got 0 x 7"):
        read_header(png_claiming(0, 7))


def test_what_is_no_picture_is_told_with_what_is_known_and_what_came() -> None:
    with pytest.raises(
        PictureFormatError,
        match=r"expected a picture \(AVIF, BMP, GIF, HEIC, JPEG, PDF, PNG, TIFF, WebP\), got no bytes",
    ):
        read_header(b"")
    with pytest.raises(PictureFormatError, match=r"bytes that start with b'%PS-1\.7 '"):
        read_header(b"%PS-1.7 and more")


@settings(max_examples=300, deadline=None)
@given(mark=st.sampled_from([b"", *FORMATS, b"RIFF....WEBPVP8X", b"RIFF....WEBPVP8L"]), rest=st.binary(max_size=120))
def test_any_bytes_end_in_a_header_or_our_error(mark: bytes, rest: bytes) -> None:
    try:
        header = read_header(mark + rest)
    except PictureFormatError:
        return
    assert header.width >= 1
    assert header.height >= 1


def tiff(*pages: tuple[int, int], next_of_last: int = 0) -> bytes:
    """Return a TIFF of pages with a subfile type each, linked by their places; the first has a size of 3 x 2."""
    data = b"II*\x00" + struct.pack("<I", 8)
    for index, (kind, width) in enumerate(pages):
        entries = struct.pack("<HHIIHHIIHHII", 254, 4, 1, kind, 256, 4, 1, width, 257, 4, 1, 2)
        after = next_of_last if index == len(pages) - 1 else len(data) + 2 + len(entries) + 4
        data += struct.pack("<H", 3) + entries + struct.pack("<I", after)
    return data


@pytest.mark.parametrize(
    ("data", "pages"),
    [
        (tiff((0, 3)), 1),
        (tiff((2, 3), (2, 3), (2, 3)), 3),
        (tiff((0, 3), (1, 1), (4, 3), (2, 3)), 2),  # a thumbnail, a mask, a page
        (tiff((0, 3), (0, 3), next_of_last=8), 2),  # back to the first
        (tiff((0, 3), (0, 3), next_of_last=10_000), 2),  # to nowhere
        (tiff(*[(0, 3)] * 10_005), 10_000),
    ],
)
def test_a_tiffs_pages_are_counted_as_linked(data: bytes, pages: int) -> None:
    assert read_header(data) == Header("TIFF", 3, 2, pages=pages)
