"""Lists the pictures of a zip or tar, and reads one from its place in it."""

import hashlib
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from inkdigits.batch.inputs.spans import Span
from inkdigits.errors import DataError, InkdigitsError, PictureError, PictureFormatError, PictureNotFoundError
from inkdigits.reading.pictures.decoding import MAX_BYTES
from inkdigits.system.atomic_files import open_draft
from inkdigits.system.unpacking import UnpackingError, copy_unpacked, find_packing

__all__ = ["is_tar", "iter_tar", "iter_zip", "read_tar_member", "read_zip_member"]

_TAR_SUFFIXES = {".tar", ".gz", ".tgz", ".bz2", ".xz"}
# what stands before a member, PKWARE's APPNOTE 4.3.7: mark, method, lengths of its name and of its extra field
_LOCAL_HEADER = struct.Struct("<4s4xH16xHH")
_LOCAL_MARK = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_MOST_DIRECTORY = 50_000_000  # bytes, some 500,000 members; Python holds it ten times as large
_MOST_END = (1 << 16) + 200  # bytes of a zip's end with its longest comment
# a zip's end, APPNOTE 4.3.16, and that of a large one, 4.3.14: bytes of the directory
_END_MARK, _END = b"PK\x05\x06", struct.Struct("<12xI6x")
_LARGE_END_MARK, _LARGE_END = b"PK\x06\x06", struct.Struct("<40xQ8x")


def is_tar(path: str) -> bool:
    """Tell whether a file is named like a tar, compressed or not."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes[-2:]]
    return suffixes[-1:] in [[".tar"], [".tgz"]] or (suffixes[:1] == [".tar"] and suffixes[-1] in _TAR_SUFFIXES)


def iter_zip(path: str, is_picture: Callable[[str], bool]) -> Iterator[Span]:
    """Yield a zip's pictures in the order of its directory, which is held in memory (about 0.7 kB a member).

    Raises:
        PictureNotFoundError: No such file.
        DataError: It is no zip, or a damaged one.
    """
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.is_dir() or not is_picture(member.filename):
                    continue
                name = f"{path}/{member.filename}"
                if problem := _zip_problem(name, member):
                    yield Span("failure", name, problem)
                else:
                    size = member.compress_size  # the local header may leave it out
                    yield Span("zip", path, member.filename, at=member.header_offset, size=size, group=member.CRC)
    except FileNotFoundError as error:
        msg = f"{path}: no such file; check its name and folder"
        raise PictureNotFoundError(msg) from error
    except InkdigitsError:
        raise
    except Exception as error:  # zipfile raises whatever it meets in a damaged directory
        msg = f"{path}: expected a zip, cannot list it ({error}); copy it again"
        raise DataError(msg) from error


def _check_directory(path: str) -> None:
    """Refuse a zip whose directory would take gigabytes of memory."""
    with Path(path).open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _MOST_END))
        end = file.read(_MOST_END)
    at = end.rfind(_END_MARK)
    if at < 0 or len(end) - at < _END.size:  # told when it is listed
        return
    (size,) = _END.unpack_from(end, at)
    large = end.rfind(_LARGE_END_MARK, 0, at)
    if large >= 0 and len(end) - large >= _LARGE_END.size:
        (size,) = _LARGE_END.unpack_from(end, large)
    if size > _MOST_DIRECTORY:
        most = f"{_MOST_DIRECTORY:,} bytes"
        msg = f"{path}: expected a directory of at most {most}, got {size:,}; unpack it, and read the folder"
        raise DataError(msg)


def _zip_problem(name: str, member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 1:
        return f"{name}: expected a member that is not encrypted; unpack the archive and read the folder"
    if member.compress_type not in {_STORED, _DEFLATED}:
        method = f"found method {member.compress_type}; pack it in the usual way"
        return f"{name}: expected a stored or deflated member, {method}"
    return ""


def read_zip_member(span: Span) -> bytes:
    """Return the bytes of a zip's member, at most one more than a picture may have.

    Raises:
        PictureError: The archive is gone or has changed, or the member is damaged.
    """
    try:
        with Path(span.path).open("rb") as file:
            file.seek(span.at)
            mark, method, name_length, extra_length = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
            file.seek(name_length + extra_length, 1)
            data = file.read(min(span.size, MAX_BYTES + 1))
    except (OSError, struct.error, OverflowError, ValueError) as error:
        raise _gone(span, error) from error
    if mark != _LOCAL_MARK or len(data) != min(span.size, MAX_BYTES + 1):
        raise _gone(span, "it is shorter, or no member begins there")
    if method == _DEFLATED:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, MAX_BYTES + 1)
        except zlib.error as error:
            raise _gone(span, error) from error
    if len(data) <= MAX_BYTES and zlib.crc32(data) != span.group:
        raise _gone(span, "its checksum differs")
    return data


def iter_tar(path: str, folder: Path, is_picture: Callable[[str], bool]) -> Iterator[Span]:
    """Yield a tar's pictures in its order.

    Args:
        path: The tar; a compressed one is unpacked first, since nothing can be found in it without.
        folder: Where to.
        is_picture: Tells by the name.

    Raises:
        PictureNotFoundError: No such file.
        DataError: It is no tar.
    """
    try:
        plain = _unpacked(path, folder)
        with tarfile.open(plain, "r:") as archive:
            while (member := _next_member(archive, path)) is not None:
                archive.members = []  # type: ignore[attr-defined]  # its list of all members would grow
                if isinstance(member, Span):
                    yield member
                    return
                if not (member.isfile() or member.islnk() or member.issym()) or not is_picture(member.name):
                    continue
                name = f"{path}/{member.name}"
                if problem := _tar_problem(name, member):
                    yield Span("failure", name, problem)
                else:
                    yield Span("tar", str(plain), name, at=member.offset_data, size=member.size)
    except FileNotFoundError as error:
        msg = f"{path}: no such file; check its name and folder"
        raise PictureNotFoundError(msg) from error
    except (tarfile.TarError, UnpackingError) as error:
        raise _no_tar(path, error) from error


def _no_tar(path: str, error: Exception) -> DataError:
    return DataError(f"{path}: expected a tar, cannot list it ({error}); copy it again")


def _tar_problem(name: str, member: tarfile.TarInfo) -> str:
    if member.issparse():
        return f"{name}: expected a member without holes; pack it without --sparse"
    if member.size > MAX_BYTES:
        return f"{name}: expected a picture of at most {MAX_BYTES:,} bytes, got {member.size:,}; shrink it"
    if not member.isfile():
        return f"{name}: expected a file, found a link to {member.linkname}; pack with --dereference --hard-dereference"
    return ""


def _next_member(archive: tarfile.TarFile, path: str) -> tarfile.TarInfo | Span | None:
    """Return the next member; where the archive is cut off or damaged, a failure in place of what is missing."""
    try:
        member = archive.next()
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - tarfile raises whatever it meets in an odd header
        return Span("failure", path, f"{path}: the tar ends early ({type(error).__name__}: {error}); copy it again")
    if member is not None and (member.size < 0 or archive.offset < member.offset_data):  # it would be read for ever
        return Span("failure", path, f"{path}: expected a member of 0 bytes or more, got {member.size}; pack it again")
    if member is None:  # also said of a header that cannot be read; the end has a block of zeros
        archive.fileobj.seek(archive.offset)
        if archive.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
            return Span("failure", path, f"{path}: expected a header at byte {archive.offset:,}; copy the tar again")
    return member


def _unpacked(path: str, folder: Path) -> Path:
    with Path(path).open("rb") as file:
        mark = find_packing(file.read(8))
    if mark is None:  # or a tar that is not packed, whatever its name says
        return Path(path)
    # one name for one archive, so that several of a glob do not meet
    target = folder / f"unpacked-{hashlib.sha256(path.encode(errors='surrogateescape')).hexdigest()[:16]}.tar"
    with Path(path).open("rb") as packed, open_draft(target) as file:
        copy_unpacked(packed, file, mark)
    return target


def read_tar_member(span: Span) -> bytes:
    """Return the bytes of a tar's member, at most one more than a picture may have.

    Raises:
        PictureError: The archive is gone, or shorter than it was.
    """
    size = min(span.size, MAX_BYTES + 1)
    try:
        with Path(span.path).open("rb") as file:
            file.seek(span.at)
            data = file.read(size)
    except (OSError, OverflowError, ValueError) as error:
        raise _gone(span, error) from error
    if len(data) != size:
        raise _gone(span, "it is shorter")
    return data


def _gone(span: Span, reason: object) -> PictureError:
    advice = "copy it again, and do not change it meanwhile"
    return PictureFormatError(f"{span.path}: expected the archive as it was listed, got {reason}; {advice}")
