"""The site is built without a warning, opens from the file system, finds words, and loads nothing from elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("mkdocs")
pytest.importorskip("playwright")

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
LOADED = re.compile(r"""<(?:script|link|img|iframe)[^>]* (?:src|href)=["']?(https?:|//)""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a warning fails it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def tab(site: Path) -> Iterator[Page]:
    """Open a page that lies in a folder of the site, as a file."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed; run: make browser")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to run as root otherwise
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        page = browser.new_page()
        page.goto((site / "models" / "fast.html").as_uri())
        yield page
        browser.close()


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    assert [path.name for path in pages if LOADED.search(path.read_text(encoding="utf-8"))] == []


def test_the_interface_is_described_from_its_docstrings(site: Path) -> None:
    text = (site / "python.html").read_text(encoding="utf-8")
    for name in ("DigitReader.read", "DigitReader.read_many", "Reading.text", "Digit", "Line"):
        assert re.search(rf'id="inkdigits[\w.]*\.{name}"', text), name


@pytest.mark.parametrize(("words", "found"), [("max_error", "Limits"), ("calib", "Commands"), ("手寫", "手寫頁面")])
def test_search_finds_a_page_without_a_server(tab: Page, words: str, found: str) -> None:
    tab.locator("input.md-search__input").click()
    expect(tab.locator(".md-search-result__meta")).not_to_contain_text("Initializing", timeout=60_000)
    tab.locator("input.md-search__input").fill(words)
    tab.keyboard.press("End")  # the search listens to keys
    expect(tab.locator(".md-search-result__item h1", has_text=found).first).to_be_visible(timeout=60_000)


def test_a_chinese_page_says_that_it_is(site: Path) -> None:
    assert '<html lang="zh-TW"' in (site / "tutorial.zh-TW.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", ["index", "python", "results", "http"])
def test_no_page_is_wider_than_the_window(tab: Page, site: Path, name: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    tab.goto((site / f"{name}.html").as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
