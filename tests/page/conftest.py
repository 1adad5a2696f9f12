"""A running server, Debian's Chromium, and a sheet to write on that fails its test on an error of the console."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("fastapi")

from playwright.sync_api import Browser, ConsoleMessage, sync_playwright  # noqa: E402 - only where it is installed

from page.server import Server, running_server  # noqa: E402
from page.sheet import Sheet  # noqa: E402

ARTIFACTS = Path(__file__).parents[2] / "out" / "page"  # what the page looked like at the end of each test
# a refused picture and a server that is gone are logged by the browser itself, whatever the page does
EXPECTED = re.compile(r"^Failed to load resource: (the server responded with a status of (4|503)|net::ERR_)")

OpenSheet = Callable[..., Sheet]


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
def open_sheet(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[OpenSheet]:
    """Return what opens the page; its keywords are those of Playwright's `new_context`."""
    sheets: list[Sheet] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.match(message.text):
            faults.append(message.text)

    def open_sheet(url: str = server.url, **options: object) -> Sheet:
        settings = {"viewport": {"width": 1280, "height": 860}, "locale": "en-US", **options}
        page = browser.new_context(**settings).new_page()  # type: ignore[arg-type] - one of many keywords
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(url)
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
