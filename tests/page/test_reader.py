"""The reader in the browser gives the answers of the Python reader: the same text, boxes and confidence."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

pytest.importorskip("inkdigits_web")

from inkdigits import DigitReader
from inkdigits.models.detector import Detector
from inkdigits.models.metadata import Per
from inkdigits.reading.decision.thresholds import choose_policy
from inkdigits.service.static_site import write_site
from support.page_site import serving_files
from support.reader_pictures import COUNT, GoldenPicture, make_pictures

FEW = 26  # two of each kind
SHARE = 0.001  # by which confidences and other probabilities may differ
PIXELS = 1  # by which boxes may
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

Answer = Mapping[str, Any]  # plain values, as `Reading.to_dict` gives them


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
        found = [
            f"{name}: {self.browser[name]} and {self.python[name]}"
            for name in ("text", "outcome", "width", "height", "notes", "model")
            if self.browser[name] != self.python[name]
        ]
        for name in ("lines", "digits", "signs"):
            ours, theirs = self.browser[name], self.python[name]
            if len(ours) != len(theirs):
                found.append(f"{len(ours)} and {len(theirs)} {name}")
            else:
                found += [
                    f"{name}: {at}" for one, other in zip(ours, theirs, strict=True) for at in compare(one, other)
                ]
        return [f"{self.name}: {text}" for text in found]


def compare(one: Any, other: Any, name: str = "") -> list[str]:  # noqa: ANN401 - any plain value
    """Return in what two plain values differ by more than they may."""
    if isinstance(one, dict) and one.keys() == other.keys():
        # how much a machine may have printed it decides nothing here, and one step of the network's answer is 0.03
        return [at for key in one if key != "printed" for at in compare(one[key], other[key], key)]
    if isinstance(one, list) and len(one) == len(other):
        return [at for pair in zip(one, other, strict=True) for at in compare(*pair, name)]
    if isinstance(one, int | float) and isinstance(other, int | float):
        most = PIXELS if name == "box" else 0 if name in {"line", "label", "after"} else SHARE
        return [] if abs(one - other) <= most else [f"{name} {one} and {other}"]
    return [] if one == other else [f"{name} {one} and {other}"]


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
