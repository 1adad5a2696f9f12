"""Provides a running server, Debian's Chromium, and a sheet to write on; an error on the console fails the test."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol

import pytest

pytest.importorskip("playwright")
pytest.importorskip("fastapi")

from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

from support.page_server import Server, running_server
from support.page_sheet import Sheet

PATIENCE_MS = 120_000  # the machine may be busy
ARTIFACTS = Path(__file__).parents[2] / "out" / "page"  # what the page looked like at the end of each test
Theme = Literal["light", "dark"]
# a refused picture and a server that is gone are logged by the browser itself, whatever the page does
EXPECTED = re.compile(r"^Failed to load resource: (the server responded with a status of (4|503)|net::ERR_)")


class OpenSheet(Protocol):
    """Opens the page in a tab of its own."""

    def __call__(
        self, url: str = "", *, size: tuple[int, int] = (1280, 860), locale: str = "en-US", theme: Theme = "light"
    ) -> Sheet:
        """Open `url`, else the shared server's; under 600 CSS pixels wide, it is a phone with a touch screen."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Run the service with its page; tests that stop it start one of their own."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; once for a module, as Playwright holds the thread's event loop while it runs."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed; run: make browser")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to run as root otherwise
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_sheet(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenSheet]:
    """Return what opens the page; an error or warning of the console fails the test."""
    sheets: list[Sheet] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.match(message.text):
            faults.append(message.text)

    def open_sheet(
        url: str = "", *, size: tuple[int, int] = (1280, 860), locale: str = "en-US", theme: Theme = "light"
    ) -> Sheet:
        is_phone = size[0] < 600
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            color_scheme=theme,
            reduced_motion="reduce",  # nothing to wait for
            has_touch=is_phone,
            is_mobile=is_phone,
            device_scale_factor=3 if is_phone else 1,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(url or request.getfixturevalue("server").url)  # started by the first test that needs it
        sheets.append(Sheet(page))
        return sheets[-1]

    yield open_sheet
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for index, sheet in enumerate(sheets):
        name = re.sub(r"[^\w-]+", "-", f"{request.node.name}-{index}" if index else request.node.name).strip("-")
        sheet.page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
        sheet.page.context.close()
    assert faults == []


@pytest.fixture
def sheet(open_sheet: OpenSheet) -> Sheet:
    """Return the page on a desktop, in English."""
    return open_sheet()
