"""Take the pictures of the page in docs/images: a real server, a real browser, digits written by its mouse.

    python docs/screenshots.py            into docs/images
    python docs/screenshots.py FOLDER     somewhere else, at all widths and in both themes

Chromium comes with `make browser`. The letters are the system's own; the project's pictures have Inter and Noto Sans
CJK TC (Debian: fonts-inter, fonts-noto-cjk). docs/images/models.json says which models the pictures show.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.page_hand import scribble, write_doubt, write_number  # noqa: E402 - the path is set above
from support.page_server import running_server  # noqa: E402
from support.page_sheet import Sheet  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WEIGHTS = ROOT / "src" / "inkdigits" / "models" / "weights"
SHOWN_MODELS = ("accurate", "detector", "line_recognizer")  # those that the page reads with
PHOTO = ROOT / "samples" / "photo-20741.jpg"
PATIENCE_MS = 240_000  # a machine that does other work, too
SIZES = {390: (390, 844), 820: (820, 1180), 1440: (1440, 900)}  # CSS pixels of a phone, a tablet, a desktop

Scene = Callable[[Sheet], None]
Theme = Literal["light", "dark"]
Shot = tuple[str, int, Theme, str]  # scene, width, theme, language


def write_all_kinds(sheet: Sheet) -> None:
    """Write digits, one of them corrected, a doubtful one and a scribble."""
    width = (sheet.page.viewport_size or {"width": 0})["width"]
    scale = min(1.0, width / 1000)
    left = 0.08 * width if width < 1000 else 130
    sheet.draw(write_number("384", (left, 190), 150 * scale))
    sheet.draw(write_doubt((left + 440 * scale, 176), 150 * scale, 19))
    if width >= 1000:
        sheet.draw(scribble((left + 560, 430)))
    sheet.settle()
    sheet.glyphs.first.click()
    sheet.page.keyboard.press("3")
    sheet.glyphs.nth(3).click()
    sheet.page.wait_for_timeout(400)  # the bars grow


def show_photo(sheet: Sheet) -> None:
    """Choose a photo and ask why."""
    sheet.page.locator("#file").set_input_files(PHOTO)
    sheet.expect_number("20741")
    sheet.page.click("#why")
    sheet.settle()
    sheet.page.wait_for_timeout(600)


def leave_empty(sheet: Sheet) -> None:
    """Show the page as it comes."""
    sheet.page.wait_for_timeout(200)


SCENES: dict[str, Scene] = {"empty": leave_empty, "drawing": write_all_kinds, "photo": show_photo}
SHOWN: tuple[Shot, ...] = (  # in docs/page.md
    ("drawing", 1440, "light", "en-US"),
    ("photo", 1440, "dark", "en-US"),
    ("drawing", 820, "dark", "en-US"),
    ("drawing", 390, "light", "zh-TW"),
)


def find_fault() -> str | None:
    """Return what is missing here to take the pictures, or None."""
    if shutil.which("chromium") is None:
        return "chromium: expected it on the path, found none; run: make browser"
    fonts = subprocess.run(["fc-list", ":lang=zh-tw"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    if not fonts.strip():
        return "fonts: expected one with Chinese characters, found none; install fonts-noto-cjk"
    return None


def write_versions() -> None:
    """Say which models the pictures show; a test compares them with the shipped ones."""
    found = {name: json.loads((WEIGHTS / name / "model.json").read_text())["version"] for name in SHOWN_MODELS}
    (IMAGES / "models.json").write_text(json.dumps(found, indent=2) + "\n")


def take(browser: Browser, url: str, shot: Shot, folder: Path) -> None:
    """Take one picture."""
    scene, width, theme, language = shot
    page = browser.new_page(
        viewport={"width": SIZES[width][0], "height": SIZES[width][1]}, color_scheme=theme, locale=language
    )
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    SCENES[scene](Sheet(page))
    page.mouse.move(0, 0)
    path = folder / f"page-{scene}-{width}-{theme}.png"
    page.screenshot(path=path, full_page=scene != "empty")
    page.close()
    print(path)


def main() -> int:
    """Take the pictures; return the exit code."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    every = [(scene, width, theme, "en-US") for scene in SCENES for width in SIZES for theme in get_args(Theme)]
    if (fault := find_fault()) is not None:
        print(fault, file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with running_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for shot in every if len(sys.argv) > 1 else SHOWN:
            take(browser, server.url, shot, folder)
        browser.close()
    if folder == IMAGES:
        write_versions()
    return 0


if __name__ == "__main__":
    sys.exit(main())
