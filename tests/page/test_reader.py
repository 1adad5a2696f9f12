"""The reader in the browser gives the answers of the Python reader: the same text, boxes and confidence."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

pytest.importorskip("inkdigits_web")

from inkdigits import DigitReader
from inkdigits.models.detector import Detector
from inkdigits.models.golden import FOLDER as GOLDEN
from inkdigits.models.metadata import Per
from inkdigits.reading.decision.thresholds import choose_policy
from inkdigits.service.static_site import write_site
from support.answers import Answer, find_differences
from support.page_site import serving_files
from support.reader_pictures import COUNT, GoldenPicture, make_pictures

FEW = 26  # two of each kind
# of all pictures: in so many a pixel of a network's input may be rounded to the other side, and a share moves by more
MOST_DIFFERING = 4
READ = """async ([encoded, isSingle]) => {
  const { decode } = await import("./reader/pictures/decoding.js");
  const { openReader } = await import("./reader/reader.js");
  const here = (folder) => new URL(`./${folder}/`, document.baseURI);
  globalThis.reader ??= await openReader(here("runtime"), here("weights"));
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const gray = await decode(new Blob([bytes]));
  return isSingle ? globalThis.reader.readDigit(gray) : globalThis.reader.read(gray);
}"""

CHOOSE = """async (budgets) => {
  const { choosePolicy } = await import("./reader/decision/thresholds.js");
  const load = (name) => fetch(`./weights/${name}/model.json`).then((answer) => answer.json());
  const [info, detector] = [await load("accurate"), await load("detector")];
  return budgets.map(([maxError, per]) => {
    const chosen = choosePolicy(info, detector, maxError, per);
    return [chosen.slope, chosen.offset, chosen.unsureBelow, chosen.digitBelow, chosen.lineBelow, chosen.loneBelow];
  });
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return a tab that shows the page as a file host serves it."""
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    with serving_files(folder) as host:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(host.url)
        yield page
        page.close()


@dataclass(frozen=True)
class Pair:
    """What both readers say of one picture."""

    name: str
    browser: Answer
    python: Answer

    def differences(self) -> list[str]:
        """Return in what they differ, in words; nothing when they agree."""
        return [f"{self.name}: {text}" for text in find_differences(self.browser, self.python)]


def read_both(tab: Page, pictures: Sequence[GoldenPicture]) -> list[Pair]:
    reader = DigitReader()
    pairs = []
    for picture in pictures:
        encoded = base64.b64encode(picture.encoded).decode()
        read = reader.read_digit if picture.is_single else reader.read
        said = tab.evaluate(READ, [encoded, picture.is_single])
        pairs.append(Pair(picture.name, said, read(picture.encoded).to_dict()))
    return pairs


def test_both_readers_agree_on_a_few_pictures_of_each_kind(tab: Page) -> None:
    pairs = read_both(tab, make_pictures(FEW))
    assert [text for pair in pairs for text in pair.differences()] == []
    assert sum(pair.python["outcome"] == "digits" for pair in pairs) > FEW / 2


def test_the_browser_gives_the_golden_answers_of_the_package(tab: Page) -> None:
    differing = []
    for path in sorted(GOLDEN.glob("*.json")):
        golden = json.loads(path.read_text(encoding="utf-8"))
        encoded = base64.b64encode((GOLDEN / golden["picture"]).read_bytes()).decode()
        said = tab.evaluate(READ, [encoded, golden["call"] == "read_digit"])
        differing += Pair(path.stem, said, golden["reading"]).differences()
    assert differing == []


def test_a_budget_has_the_thresholds_that_it_has_in_python(tab: Page) -> None:
    reader, detector = DigitReader(), Detector().info
    shares = {row.max_error for row in reader.info.budgets} | {row.max_error for row in detector.budgets} | {0.015, 0.5}
    affordable = sorted(share for share in shares if share >= reader.info.budgets[0].max_error)
    pers: tuple[Per, ...] = ("line", "digit")
    budgets = [(share, per) for share in (None, *affordable) for per in pers]
    expected = []
    for share, per in budgets:
        policy = choose_policy(reader.info, detector, share, per)
        limits = (policy.unsure_below, policy.digit_below, policy.line_below, policy.lone_below)
        expected.append([policy.slope, policy.offset, *limits])
    assert len({tuple(row) for row in expected}) > len(affordable)
    assert tab.evaluate(CHOOSE, [list(budget) for budget in budgets]) == expected


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_both_readers_agree_on_all_pictures(tab: Page) -> None:
    pairs = read_both(tab, make_pictures(COUNT))
    assert [pair.name for pair in pairs if pair.browser["text"] != pair.python["text"]] == []
    differing = [pair.differences() for pair in pairs if pair.differences()]
    assert len(differing) <= MOST_DIFFERING, differing
