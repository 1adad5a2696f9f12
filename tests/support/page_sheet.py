"""Wraps a browser's page as a `Sheet`, which is written on, read and looked at as a person would."""

from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from support.page_hand import Point, write_number

__all__ = ["Sheet", "box_of"]

_TIMEOUT_MS = 20_000  # the machine may be busy


class Sheet:
    """The page to draw on, in a browser.

    Args:
        page: A tab that shows it.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(_TIMEOUT_MS)
        expect.set_options(timeout=_TIMEOUT_MS)

    @property
    def number(self) -> str:
        """What the page says that it reads; a point, a comma and a gap between words included."""
        parts = self.page.locator(".number-line").all()
        return "\n".join("".join(part.locator("> *").all_text_contents()) for part in parts)

    @property
    def glyphs(self) -> Locator:
        """The buttons of the number, one for each mark."""
        return self.page.locator(".glyph")

    @property
    def status(self) -> str:
        """The line under the number."""
        return self.page.locator("#status").inner_text()

    def write(self, text: str, at: Point = (120, 150), height: float = 150) -> None:
        """Write digits with the mouse, from `at`, in CSS pixels of the drawing area."""
        self.draw(write_number(text, at, height))

    def draw(self, strokes: Sequence[Sequence[Point]]) -> None:
        """Draw strokes with the mouse."""
        self.page.evaluate("() => scrollTo(0, 0)")  # the mouse reaches only what is in the window
        box = box_of(self.page.locator("#pad"))
        mouse = self.page.mouse
        for stroke in strokes:
            mouse.move(box["x"] + stroke[0][0], box["y"] + stroke[0][1])
            mouse.down()
            for x, y in stroke[1:]:
                mouse.move(box["x"] + x, box["y"] + y)
            mouse.up()

    def expect_number(self, text: str) -> None:
        """Wait until the page reads this number."""
        expect(self.page.locator("#number")).to_have_text(text)

    def expect_status(self, text: str) -> None:
        """Wait until the line under the number says so."""
        expect(self.page.locator("#status")).to_contain_text(text)

    def settle(self) -> None:
        """Wait until nothing is asked any more; a question waits for the pen to rest first."""
        self.page.wait_for_timeout(300)
        expect(self.page.locator("#reading")).to_have_attribute("aria-busy", "false")

    def pixels(self) -> str:
        """Return the drawing area's pixels, as a data URL of a PNG."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return str(self.page.evaluate("() => document.getElementById('pad').toDataURL()"))


def box_of(locator: Locator) -> dict[str, float]:
    """Return where an element is on the screen: x, y, width and height in CSS pixels."""
    box = locator.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
