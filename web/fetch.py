"""Take the files of ONNX Runtime Web from npm and compare them with those that lie here.

    python web/fetch.py [--write]

npm fetches the package in the pinned version. Its digest is checked. The binary is packed with gzip, so what is
compared is what it unpacks to. With --write, files that differ are written anew, and so is SHA256SUMS.
"""

import argparse
import base64
import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent / "src" / "inkdigits_web"
PACKAGE = "onnxruntime-web@1.23.2"
SHA512 = (  # of the package, in base64, as npm writes it
    "T09JUtMn+CZLk3mFwqiH0lgQf+4S7+oYHHtk6uhaYAAJI95bTcKi5bOOZYwORXfS/RLZCjDDEXGWIuOCAFlEjg=="
)
FILES = ("ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm", "ort.wasm.min.mjs")


def fetch(folder: Path) -> dict[str, bytes]:
    """Return the files of the package by name.

    Raises:
        ValueError: npm gave another package.
    """
    command = ["npm", "pack", "--silent", PACKAGE]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    data = (folder / done.stdout.split()[-1]).read_bytes()
    found = base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != SHA512:
        msg = f"{PACKAGE}: expected SHA-512 {SHA512}, found {found}"
        raise ValueError(msg)
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        members = {name: archive.extractfile(f"package/dist/{name}") for name in FILES}
        return {name: member.read() for name, member in members.items() if member is not None}


def read_file(name: str) -> bytes:
    """Return a file that lies here, unpacked; nothing where there is none."""
    path = HERE / name
    packed = HERE / f"{name}.gz"
    if packed.is_file():
        return gzip.decompress(packed.read_bytes())
    return path.read_bytes() if path.is_file() else b""


def write_file(name: str, data: bytes) -> None:
    """Write a file; the binary is packed."""
    if name.endswith(".wasm"):
        (HERE / f"{name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    else:
        (HERE / name).write_bytes(data)


def write_digests() -> None:
    """Write the SHA-256 of all files but this list and the modules."""
    paths = sorted(path for path in HERE.iterdir() if path.suffix in {".mjs", ".gz", ".txt"})
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (HERE / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


def main() -> None:
    """Compare, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the files that differ")
    is_written = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        files = fetch(Path(folder))
    differing = [name for name, data in files.items() if read_file(name) != data]
    for name in differing if is_written else ():
        write_file(name, files[name])
    if is_written:
        write_digests()
    print(
        f"{PACKAGE}: {', '.join(differing) or 'no file'} differs"
        + " and was written" * (is_written and bool(differing))
    )
    sys.exit(bool(differing) and not is_written)


if __name__ == "__main__":
    main()
