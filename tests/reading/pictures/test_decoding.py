"""Every form of picture becomes the same gray levels, upright; every bad one is refused before it costs anything."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms, ImageOps

from inkdigits.errors import (
    InkdigitsError,
    PictureArrayError,
    PictureFormatError,
    PictureNotFoundError,
    PictureTooLargeError,
)
from inkdigits.reading.pictures.decoding import MAX_PIXELS, count_pages, decode, decode_color
from inkdigits.spec import UInt8Array
from support.bad_pictures import ALL, BOMBS, bmp_claiming, encode, old_bmp
from support.drawing import write

# neither symmetric nor square, with a middle gray
GRAY = write(["57"], 20, 3, margin=6).picture
GRAY[:8, :4] = 80
TWO_LEVELS = np.where(GRAY > 128, 255, 0).astype(np.uint8)
LIGHT = Image.fromarray(GRAY)
BITS = Image.fromarray(TWO_LEVELS).convert("1")
SIXTEEN = Image.fromarray(GRAY.astype(np.uint16) * 257)
REALS = Image.fromarray(GRAY.astype(np.float32) / 255)


def on_nothing(color: int) -> Image.Image:
    """Return the drawing as strokes of one color on a transparent ground."""
    return Image.fromarray(np.dstack([np.full((*GRAY.shape, 3), color, dtype=np.uint8), 255 - GRAY]))


def with_empty_alpha() -> Image.Image:
    return Image.fromarray(np.dstack([GRAY, GRAY, GRAY, np.zeros_like(GRAY)]))


def written_by_opencv(ending: str, picture: npt.NDArray[Any]) -> bytes:
    return cv2.imencode(ending, picture)[1].tobytes()


EXACT: dict[str, tuple[bytes, UInt8Array]] = {
    "PNG of one bit": (encode(BITS, "PNG"), TWO_LEVELS),
    "PNG gray": (encode(LIGHT, "PNG"), GRAY),
    "PNG RGB": (encode(LIGHT.convert("RGB"), "PNG"), GRAY),
    "PNG palette": (encode(LIGHT.convert("P"), "PNG"), GRAY),
    "PNG palette of four bits": (encode(LIGHT.quantize(4), "PNG"), GRAY),
    "PNG palette with transparent paper": (encode(LIGHT.convert("P"), "PNG", transparency=255), GRAY),
    "PNG gray with transparent paper": (encode(LIGHT, "PNG", transparency=255), GRAY),
    "PNG gray and alpha": (encode(LIGHT.convert("LA"), "PNG"), GRAY),
    "PNG RGBA": (encode(LIGHT.convert("RGBA"), "PNG"), GRAY),
    "PNG gray of 16 bits": (encode(SIXTEEN, "PNG"), GRAY),
    "PNG RGB of 16 bits": (written_by_opencv(".png", np.dstack([GRAY] * 3).astype(np.uint16) * 257), GRAY),
    "PNG dark on nothing": (encode(on_nothing(0), "PNG"), GRAY),
    "PNG white on nothing": (encode(on_nothing(255), "PNG"), 255 - GRAY),
    "PNG with empty alpha": (encode(with_empty_alpha(), "PNG"), GRAY),
    "PNG animated": (encode(LIGHT, "PNG", save_all=True, append_images=[ImageOps.invert(LIGHT)]), GRAY),
    "BMP of one bit": (encode(BITS, "BMP"), TWO_LEVELS),
    "BMP gray": (encode(LIGHT, "BMP"), GRAY),
    "BMP RGB": (encode(LIGHT.convert("RGB"), "BMP"), GRAY),
    "BMP of OS/2": (old_bmp(2, 1, bytes([0, 0, 0, 255, 255, 255, 0, 0])), np.array([[0, 255]], dtype=np.uint8)),
    "TIFF gray": (encode(LIGHT, "TIFF"), GRAY),
    "TIFF RGB": (encode(LIGHT.convert("RGB"), "TIFF"), GRAY),
    "TIFF palette": (encode(LIGHT.convert("P"), "TIFF"), GRAY),
    "TIFF LZW": (encode(LIGHT, "TIFF", compression="tiff_lzw"), GRAY),
    "TIFF deflate": (encode(LIGHT, "TIFF", compression="tiff_deflate"), GRAY),
    "TIFF packbits": (encode(LIGHT, "TIFF", compression="packbits"), GRAY),
    "TIFF group 4": (encode(BITS, "TIFF", compression="group4"), TWO_LEVELS),
    "TIFF group 4, zero is white": (encode(BITS, "TIFF", compression="group4", tiffinfo={262: 0}), TWO_LEVELS),
    "TIFF of 16 bits": (encode(SIXTEEN, "TIFF"), GRAY),
    "TIFF of 16 bits, big-endian": (encode(Image.fromarray(GRAY.astype(">u2") * 257), "TIFF"), GRAY),
    "TIFF float": (encode(REALS, "TIFF"), GRAY),
    "TIFF of two pages": (encode(LIGHT, "TIFF", save_all=True, append_images=[ImageOps.invert(LIGHT)]), GRAY),
    "WebP lossless": (encode(LIGHT, "WEBP", lossless=True), GRAY),
    "WebP lossless with alpha": (encode(on_nothing(0), "WEBP", lossless=True), GRAY),
    "WebP animated": (
        encode(LIGHT, "WEBP", lossless=True, save_all=True, append_images=[ImageOps.invert(LIGHT)]),
        GRAY,
    ),
    "GIF": (encode(LIGHT, "GIF"), GRAY),
    "GIF animated": (encode(LIGHT, "GIF", save_all=True, append_images=[ImageOps.invert(LIGHT)]), GRAY),
}
LOSSY: dict[str, bytes] = {
    "JPEG gray": encode(LIGHT, "JPEG", quality=95),
    "JPEG RGB": encode(LIGHT.convert("RGB"), "JPEG", quality=95),
    "JPEG CMYK": encode(LIGHT.convert("RGB").convert("CMYK"), "JPEG", quality=95),
    "JPEG progressive": encode(LIGHT, "JPEG", quality=95, progressive=True),
    "WebP lossy": encode(LIGHT, "WEBP", quality=95),
    "WebP lossy with alpha": encode(on_nothing(0), "WEBP", quality=95),
    "TIFF CMYK": encode(LIGHT.convert("RGB").convert("CMYK"), "TIFF"),
}


class TestFiles:
    @pytest.mark.parametrize("name", EXACT)
    def test_a_lossless_form_gives_the_gray_levels(self, name: str) -> None:
        data, expected = EXACT[name]
        gray = decode(data)
        assert gray.dtype == np.uint8
        assert np.array_equal(gray, expected)

    @pytest.mark.parametrize("name", LOSSY)
    def test_a_lossy_form_gives_nearly_the_gray_levels(self, name: str) -> None:
        gray = decode(LOSSY[name])
        assert gray.shape == GRAY.shape
        assert np.abs(gray.astype(int) - GRAY).mean() < 3

    def test_color_is_weighed_as_the_eye_does(self) -> None:
        color = np.zeros((4, 5, 3), dtype=np.uint8)
        color[..., 0] = 255
        assert np.all(decode(encode(color, "PNG")) == 76)  # 0.299 of red, ITU-R BT.601
        assert np.all(decode(color) == 76)

    def test_colors_are_kept_for_those_who_want_them(self) -> None:
        color = np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8)
        for source in (color, encode(color, "PNG"), Image.fromarray(color)):
            assert np.array_equal(decode_color(source), color[..., ::-1])
        alpha = np.dstack([color, np.full((6, 5), 255, dtype=np.uint8)])
        for source in (alpha, encode(alpha, "PNG"), Image.fromarray(alpha)):
            assert np.array_equal(decode_color(source), color[..., ::-1])

    @pytest.mark.parametrize("name", EXACT)
    def test_gray_is_the_gray_of_the_colors(self, name: str) -> None:
        data, _ = EXACT[name]
        colors = decode_color(data)
        assert colors.dtype == np.uint8
        assert colors.shape == (*decode(data).shape, 3)
        assert np.array_equal(cv2.cvtColor(colors, cv2.COLOR_BGR2GRAY), decode(data))

    def test_colors_are_turned_upright_and_limited_as_gray_is(self) -> None:
        exif = Image.Exif()
        exif[274] = 6
        data = encode(LIGHT, "PNG", exif=exif)
        assert np.array_equal(decode_color(data)[..., 1], decode(data))
        with pytest.raises(PictureTooLargeError):
            decode_color(data, max_pixels=10)

    def test_a_path_may_be_text_or_a_path(self, tmp_path: Path) -> None:
        path = tmp_path / "zwei Zahlen é.png"
        path.write_bytes(EXACT["PNG gray"][0])
        assert np.array_equal(decode(path), GRAY)
        assert np.array_equal(decode(str(path)), GRAY)

    def test_the_ending_does_not_matter(self, tmp_path: Path) -> None:
        path = tmp_path / "picture.jpg"
        path.write_bytes(EXACT["PNG gray"][0])
        assert np.array_equal(decode(path), GRAY)


class TestOrientation:
    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize(
        ("form", "options"),
        [
            ("JPEG", {"quality": 100}),
            ("PNG", {}),
            ("WEBP", {"lossless": True}),
            ("TIFF", {}),
            ("TIFF", {"compression": "tiff_lzw"}),
        ],
    )
    def test_files_and_pillow_pictures_are_turned_upright(
        self, form: str, options: dict[str, object], orientation: int
    ) -> None:
        exif = Image.Exif()
        exif[274] = orientation
        data = encode(LIGHT.copy(), form, exif=exif, **options)
        upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L"))
        assert upright.shape == (GRAY.shape if orientation < 5 else GRAY.shape[::-1])
        assert np.array_equal(decode(data), upright)
        assert np.array_equal(decode(Image.open(io.BytesIO(data))), upright)

    def test_other_entries_and_other_metadata_turn_nothing(self) -> None:
        exif = Image.Exif()
        exif[305] = "a scanner"
        for options in (
            {"exif": exif},
            {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()},
        ):
            assert np.array_equal(decode(encode(LIGHT, "PNG", **options)), GRAY)

    @pytest.mark.parametrize("value", [0, 9, 200])
    def test_an_orientation_that_does_not_exist_turns_nothing(self, value: int) -> None:
        exif = Image.Exif()
        exif[274] = value
        assert np.array_equal(decode(encode(LIGHT, "PNG", exif=exif)), GRAY)

    @pytest.mark.parametrize(
        "block", [b"", b"Exif\0\0", b"Exif\0\0MM\0*", b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"nonsense"]
    )
    def test_damaged_exif_turns_nothing(self, block: bytes) -> None:
        assert np.array_equal(decode(encode(LIGHT, "WEBP", lossless=True, exif=block)), GRAY)


class TestArrays:
    @pytest.mark.parametrize(
        "array",
        [
            GRAY,
            GRAY[..., np.newaxis],
            np.dstack([GRAY] * 3),
            np.dstack([GRAY] * 3 + [np.full_like(GRAY, 255)]),
            GRAY.astype(np.uint16) * 257,
            GRAY.astype(">u2") * 257,
            GRAY / 255,
            GRAY.astype(np.float32) / 255,
            GRAY.astype(np.float64),
            GRAY.astype(np.float16),
            GRAY.astype(np.longdouble),
            *(GRAY.astype(dtype) for dtype in ("i2", "i4", "i8", "u4", "u8", "u2", ">i4")),
            np.asfortranarray(GRAY),
            GRAY[::-1, ::-1][::-1, ::-1],
            np.ma.masked_array(GRAY, mask=GRAY == 0),
        ],
        ids=lambda array: f"{array.dtype}{array.shape[2:]}",
    )
    def test_each_dtype_and_shape_gives_the_gray_levels(self, array: npt.NDArray[Any]) -> None:
        gray = decode(array)
        assert type(gray) is np.ndarray
        assert np.array_equal(gray, GRAY)

    def test_bool_is_white_where_true(self) -> None:
        assert np.array_equal(decode(TWO_LEVELS > 0), TWO_LEVELS)

    def test_the_answer_is_a_new_array(self) -> None:
        array = GRAY.copy()
        decode(array)[:] = 7
        assert np.array_equal(array, GRAY)

    def test_strokes_on_nothing_are_laid_on_the_paper_that_shows_them(self) -> None:
        assert np.array_equal(decode(np.asarray(on_nothing(0))), GRAY)
        assert np.array_equal(decode(np.asarray(on_nothing(255))), 255 - GRAY)
        assert np.array_equal(decode(np.asarray(with_empty_alpha())), GRAY)

    @pytest.mark.parametrize(
        "array",
        [
            np.zeros((0, 5), dtype=np.uint8),
            np.zeros((5, 0, 3), dtype=np.uint8),
            np.array(3, dtype=np.uint8),
            np.zeros(5, dtype=np.uint8),
            np.zeros((5, 5, 2), dtype=np.uint8),
            np.zeros((3, 5, 5), dtype=np.uint8),
            np.zeros((1, 5, 5, 1), dtype=np.uint8),
        ],
        ids=lambda array: str(array.shape),
    )
    def test_a_wrong_shape_is_told(self, array: UInt8Array) -> None:
        with pytest.raises(PictureArrayError, match=r"expected shape \(H, W\).*, got \("):
            decode(array)

    @pytest.mark.parametrize(("value", "dtype"), [(-1, "i1"), (-1, "i8"), (256, "i4"), (70_000, "u4"), (1 << 63, "u8")])
    def test_integers_out_of_range_are_told(self, value: int, dtype: str) -> None:
        array = np.zeros((5, 5), dtype)
        array[2, 3] = value
        with pytest.raises(PictureArrayError, match=f"expected integers from 0 to 255, got .*{value}"):
            decode(array)

    @pytest.mark.parametrize("dtype", ["c16", "O", "U1", "M8[s]", "m8[s]"])
    def test_a_wrong_dtype_is_told(self, dtype: str) -> None:
        with pytest.raises(PictureArrayError, match="expected dtype bool, integer or float, got"):
            decode(np.zeros((5, 5), dtype=np.dtype(dtype)))

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.01, 255.5, 1e300])
    def test_a_wrong_value_is_told_even_if_it_is_one_of_many(self, value: float) -> None:
        array = np.full((5, 5), 0.5)
        array[2, 3] = value
        with pytest.raises(PictureArrayError, match="expected finite values from 0 to 1 or 0 to 255, got"):
            decode(array)

    @pytest.mark.parametrize(
        "thing", [None, 3, [[1, 2]], np.uint8(3), object()], ids=lambda thing: type(thing).__name__
    )
    def test_what_is_no_picture_at_all_is_told(self, thing: object) -> None:
        forms = "a path, bytes, an open file, a NumPy array, a Pillow picture or a page of a document"
        with pytest.raises(PictureArrayError, match=f"expected {forms}, got"):
            decode(thing)  # type: ignore[arg-type]

    @settings(max_examples=60, deadline=None)
    @given(
        hnp.arrays(
            st.one_of(hnp.scalar_dtypes(), st.just(np.dtype(np.uint8))),
            hnp.array_shapes(min_dims=0, max_dims=4, max_side=9),
        )
    )
    def test_any_array_becomes_gray_levels_or_our_error(self, array: npt.NDArray[Any]) -> None:
        try:
            gray = decode(array)
        except PictureArrayError:
            return
        assert gray.dtype == np.uint8
        assert gray.shape == array.shape[:2]


class TestPillow:
    @pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "RGBX", "RGBa"])
    def test_each_mode_gives_the_gray_levels(self, mode: str) -> None:
        picture = LIGHT.convert("RGBA").convert(mode)
        assert np.abs(decode(picture).astype(int) - GRAY).max() <= 2

    def test_palettes(self) -> None:
        for picture in (LIGHT.convert("P"), LIGHT.convert("P").convert("PA")):
            assert np.array_equal(decode(picture), GRAY)

    def test_modes_of_other_depths(self) -> None:
        assert np.array_equal(decode(BITS), TWO_LEVELS)
        assert np.array_equal(decode(SIXTEEN), GRAY)
        assert np.array_equal(decode(REALS), GRAY)
        big_endian = Image.frombytes("I;16B", LIGHT.size, (GRAY.astype(">u2") * 257).tobytes())
        assert np.array_equal(decode(big_endian), GRAY)

    def test_mode_i_holds_eight_bits_or_sixteen(self) -> None:
        assert np.array_equal(decode(Image.fromarray(GRAY.astype(np.int32))), GRAY)
        assert np.array_equal(decode(Image.fromarray(GRAY.astype(np.int32) * 257)), GRAY)
        with pytest.raises(PictureArrayError, match="expected integers from 0 to 65535, got 70000 to 70000"):
            decode(Image.new("I", (5, 4), 70_000))

    def test_no_pixels(self) -> None:
        with pytest.raises(PictureArrayError, match="expected at least 1 x 1 pixel, got 0 x 4"):
            decode(Image.new("L", (0, 4)))

    def test_what_pillow_cannot_decode(self) -> None:
        closed = LIGHT.copy()
        closed.close()
        for picture in (Image.open(io.BytesIO(encode(GRAY, "PNG")[:-60])), closed):
            with pytest.raises(PictureFormatError, match="the Pillow picture: Pillow cannot decode it"):
                decode(picture)

    def test_too_many_pixels(self) -> None:
        with pytest.raises(PictureTooLargeError, match="at most 100 pixels"):
            decode(LIGHT, max_pixels=100)


class TestBadFiles:
    @pytest.mark.parametrize("name", ALL)
    def test_bytes_and_file_are_refused_by_name(self, name: str, tmp_path: Path) -> None:
        data, expected = ALL[name]
        with pytest.raises(InkdigitsError, match="the bytes: expected") as of_bytes:
            decode(data)
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InkdigitsError) as of_file:
            decode(tmp_path / name)
        assert type(of_bytes.value) is type(of_file.value) is expected
        assert str(of_file.value).startswith(f"{tmp_path / name}: expected")

    def test_bombs_cost_neither_memory_nor_time(self, tmp_path: Path) -> None:
        pytest.importorskip("resource")
        for name, (data, _) in BOMBS.items():
            (tmp_path / name).write_bytes(data)
        code = """
import pathlib, resource, sys, time
from inkdigits.errors import PictureError
from inkdigits.reading.pictures.decoding import decode
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    memory, start = peak(), time.perf_counter()
    try:
        decode(path)
    except PictureError:
        print(path.name, (peak() - memory) // 1024, time.perf_counter() - start)
"""
        done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
        costs = [line.split() for line in done.stdout.splitlines()]
        assert [name for name, _, _ in costs] == sorted(BOMBS)
        assert {name: megabytes for name, megabytes, _ in costs if int(megabytes) > 20} == {}
        assert {name: seconds for name, _, seconds in costs if float(seconds) > 0.5} == {}

    def test_limits_are_the_callers(self, tmp_path: Path) -> None:
        path = tmp_path / "picture.png"
        path.write_bytes(EXACT["PNG gray"][0])
        size, pixels = path.stat().st_size, GRAY.size
        assert decode(path, max_bytes=size, max_pixels=pixels).shape == GRAY.shape
        for source in (path, path.read_bytes()):
            with pytest.raises(PictureTooLargeError, match=f"expected at most {size - 1:,} bytes"):
                decode(source, max_bytes=size - 1)
            with pytest.raises(PictureTooLargeError, match=f"expected at most {pixels - 1:,} pixels"):
                decode(source, max_pixels=pixels - 1)
        with pytest.raises(PictureTooLargeError, match="the array: expected at most"):
            decode(GRAY, max_pixels=pixels - 1)

    def test_what_is_within_the_limit_but_beyond_opencvs_own_is_refused(self) -> None:
        with pytest.raises(PictureFormatError, match="expected a whole BMP picture"):
            decode(bmp_claiming(2_000_000, 1))

    def test_a_picture_without_memory_behind_it_is_measured_first(self) -> None:
        with pytest.raises(PictureTooLargeError):
            decode(np.broadcast_to(np.uint8(0), (10_000, MAX_PIXELS // 10_000 + 1)))

    @pytest.mark.parametrize("name", ["absent.png", "absent/one.png", "file.txt/one.png", "zero\0byte.png"])
    def test_a_file_that_is_not_there(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "file.txt").touch()
        with pytest.raises(PictureNotFoundError, match="no such file"):
            decode(tmp_path / name)

    def test_a_folder_where_a_file_is_meant(self, tmp_path: Path) -> None:
        for folder in (tmp_path, ""):
            with pytest.raises(PictureFormatError, match=r"cannot be read \("):
                decode(folder)

    def test_a_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "locked.png"
        path.write_bytes(EXACT["PNG gray"][0])
        path.chmod(0)
        try:
            path.read_bytes()
        except PermissionError:
            pass
        else:  # root may read everything, but no one the start of a process's own memory
            path = Path("/proc/self/mem")
        if not path.exists():
            pytest.skip("this user may read every file")
        with pytest.raises(PictureFormatError, match=r"cannot be read \("):
            decode(path)

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_a_mutilated_file_is_decoded_or_refused(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([*EXACT, *LOSSY]))
        encoded = bytearray(EXACT[name][0] if name in EXACT else LOSSY[name])
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(encoded) - 1))
            encoded[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=5))
            encoded = encoded or bytearray(b"x")
        try:
            gray = decode(bytes(encoded), max_pixels=1_000_000)
        except InkdigitsError:
            return
        assert gray.dtype == np.uint8
        assert gray.ndim == 2
        assert gray.size

    @settings(max_examples=50, deadline=None)
    @given(st.binary(max_size=200))
    def test_random_bytes_are_refused(self, data: bytes) -> None:
        with pytest.raises(PictureFormatError):
            decode(data)


class TestPages:
    def test_a_tiff_has_those_that_were_saved_and_its_first_is_decoded(self, tmp_path: Path) -> None:
        pages = [Image.new("L", (30, 20), level) for level in (10, 20, 30)]
        data = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:])
        (tmp_path / "fax.tiff").write_bytes(data)
        assert count_pages(data) == count_pages(tmp_path / "fax.tiff") == count_pages(str(tmp_path / "fax.tiff")) == 3
        assert decode(data).mean() == 10
        assert count_pages(encode(pages[0], "TIFF")) == 1

    def test_frames_of_a_moving_picture_are_no_pages(self) -> None:
        one, other = Image.new("RGB", (30, 20)), Image.new("RGB", (30, 20), "white")
        for form in ("GIF", "WEBP", "PNG"):
            assert count_pages(encode(one, form, save_all=True, append_images=[other])) == 1

    def test_a_missing_file_is_an_error_here_too(self, tmp_path: Path) -> None:
        with pytest.raises(PictureNotFoundError):
            count_pages(tmp_path / "absent.tiff")
