"""Take the pictures of the guide on forms: a blank form with its fields, the page for forms, the doubtful fields.

    python docs/form_pictures.py            into docs/images
    python docs/form_pictures.py FOLDER     somewhere else

A real server and a real browser, as for the page to draw on; `screenshots.py` says what has to be installed.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from click.testing import CliRunner
from playwright.sync_api import Browser, sync_playwright

from inkdigits.cli import cli
from screenshots import IMAGES, PATIENCE_MS, ROOT, find_fault
from support.page_server import running_server

SIZE = {"width": 1280, "height": 760}  # CSS pixels
PAPER = "105 148"  # A6, as the page offers it
NAMES = ("station", "day", "month", "year", "valid", "invalid", "total")  # of the fields that are found, in their order


def run(*words: str) -> None:
    """Run a command of `inkdigits form`."""
    CliRunner().invoke(cli, ["form", *words], catch_exceptions=False)


def show_draft(folder: Path) -> None:
    """Draw the blank form with the numbers of its fields."""
    run("sheet", "tally.toml", "--out", "tally.pdf")
    run("new", "tally.pdf", "--out", "mine.toml", "--size", "148", "105")
    small = cv2.resize(np.asarray(cv2.imread("mine-fields.png")), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(folder / "form-fields.png"), small)


def show_review(browser: Browser, folder: Path) -> None:
    """Show the doubtful fields of the three scans, one of them confirmed."""
    run("read", "tally.toml", "scans", "--out", "votes.xlsx", "--review", "doubtful.html", "--engine", "serial")
    page = browser.new_page(viewport={"width": 1100, "height": 560}, locale="en-US")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(Path("doubtful.html").resolve().as_uri())
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.screenshot(path=folder / "form-review.png")
    page.close()


def show_page(browser: Browser, url: str, folder: Path) -> None:
    """Show the page for forms with the fields of the tally sheet, named."""
    page = browser.new_page(viewport=SIZE, locale="en-US")  # type: ignore[arg-type]  # a size
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}forms.html")
    page.select_option("#form-paper", PAPER)
    page.set_input_files("#form-file", "tally.pdf")
    page.wait_for_selector(".field-box")
    for at, name in enumerate(NAMES):
        page.locator("#form-fields button").nth(at).click()
        page.fill("#field-name", name)
    page.locator("#form-fields button").first.click()
    page.check("#field-required")
    page.mouse.move(0, 0)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    page.screenshot(path=folder / "page-forms.png")
    page.close()


def main() -> int:
    """Take the pictures; return the exit code."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else IMAGES).resolve()
    if (fault := find_fault()) is not None:
        print(fault, file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "docs" / "forms", name, dirs_exist_ok=True)
        os.chdir(name)
        show_draft(folder)
        with running_server() as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
            show_review(browser, folder)
            show_page(browser, server.url, folder)
            browser.close()
        os.chdir(ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
