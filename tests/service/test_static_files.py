"""The files of the page agree with one another: words, modules, and what each of them loads."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

import inkdigits
from inkdigits.results import Reason

STATIC = Path(inkdigits.__file__).parent / "service" / "static"
PAGES = sorted(STATIC.glob("*.html"))
MODULES = sorted((STATIC / "js").rglob("*.js"))
READER = sorted((STATIC / "reader").rglob("*.js"))  # what reads in the browser
SVG_NAMESPACE = "http://www.w3.org/2000/svg"  # a name, which no browser loads
PLURALS = {"en": {"one", "other"}, "zh-Hant": {"other"}}  # grammatical numbers by Unicode's rules

Entry = str | dict[str, str]


@cache
def load_words() -> dict[str, dict[str, Entry]]:
    """Return the texts by language and key, read with a check that no key stands twice."""

    def to_dict(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), keys
        return dict(pairs)

    words: dict[str, dict[str, Entry]] = json.loads(
        (STATIC / "words.json").read_text(encoding="utf-8"), object_pairs_hook=to_dict
    )
    return words


@cache
def load_code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in MODULES)


class Elements(HTMLParser):
    """Collects the attributes and the texts of the pages."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._tag = ""
        for page in PAGES:
            self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if data.strip() and self._tag not in {"title", "noscript"}:
            self.texts.append(data.strip())

    def values(self, *names: str) -> list[str]:
        """Return the values of all attributes of these names."""
        return [value for name, value in self.attributes if name in names]


def named_keys() -> set[str]:
    """Return the keys of words that the pages name: in calls of `say`, in tables of words, and in their elements."""
    tables = re.findall(r"const [A-Z_]+_WORDS = \{(.*?)\};", load_code(), re.DOTALL)
    called = re.findall(r'\bsay\("(\w+)"', load_code())
    return {
        *called,
        *(key for table in tables for key in re.findall(r':\s*"(\w+)"', table)),
        *Elements().values("data-text", "data-label"),
    }


def holes(entry: Entry) -> set[str]:
    """Return the names of the values that a text leaves room for, in any of its grammatical numbers."""
    texts = [entry] if isinstance(entry, str) else entry.values()
    return {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}


def test_a_word_is_named_as_it_stands_so_that_these_tests_see_it() -> None:
    calls = re.findall(r"(?<!function )\bsay\((.*)", load_code())
    allowed = r'"\w+"|[A-Z_]+_WORDS[.\[]|element\.dataset\.(text|label)\)'
    assert [call for call in calls if not re.match(allowed, call)] == []


@pytest.mark.parametrize("language", load_words())
def test_every_word_that_the_page_names_exists(language: str) -> None:
    assert named_keys() - load_words()[language].keys() == set()


@pytest.mark.parametrize("language", load_words())
def test_no_word_is_unused(language: str) -> None:
    assert load_words()[language].keys() - named_keys() == set()


def test_every_reason_of_a_reading_has_a_word() -> None:
    table = re.findall(r"const REASON_WORDS = \{(.*?)\};", load_code(), re.DOTALL)
    assert len(table) == 1
    assert set(re.findall(r'(\w[\w ]*)"?: "reason', table[0])) == set(get_args(Reason))


def test_the_languages_have_the_same_words_in_the_same_order() -> None:
    english, *others = [list(texts) for texts in load_words().values()]
    assert others == [english]


def test_the_languages_leave_room_for_the_same_values() -> None:
    english = {key: holes(entry) for key, entry in load_words()["en"].items()}
    for texts in load_words().values():
        assert {key: holes(entry) for key, entry in texts.items()} == english


@pytest.mark.parametrize("language", load_words())
def test_a_counted_word_has_the_grammatical_numbers_of_its_language(language: str) -> None:
    counted = {key: set(entry) for key, entry in load_words()[language].items() if not isinstance(entry, str)}
    assert counted
    assert [key for key, numbers in counted.items() if numbers != PLURALS[language]] == []


def test_a_text_gets_all_values_that_it_leaves_room_for() -> None:
    calls = re.findall(r'\bsay\("(\w+)"(?:, \{ (.*?) \})?\)', load_code())
    assert len(calls) > len(load_words()["en"]) / 4
    given = {key: {name.partition(":")[0].strip() for name in values.split(",")} for key, values in calls if values}
    for key, _ in calls:
        entry = load_words()["en"][key]
        assert holes(entry) <= given.get(key, set()), key
        assert isinstance(entry, str) or "count" in given.get(key, set()), key


def test_every_text_of_the_page_is_in_words_json() -> None:
    elements = Elements()
    # what is written on a key, the dash between two, and sizes of paper
    keys = re.compile(r"[A-Z0-9←→\N{EN DASH}]|A\d")
    assert {text for text in elements.texts if not keys.fullmatch(text)} == {"inkdigits"}
    assert elements.values("aria-label", "title", "placeholder") == []
    assert set(elements.values("alt")) <= {""}
    assert re.findall(r'(?:textContent|ariaLabel|title|alt)(?: =|:) "[^"]*\w[^"]*"', load_code()) == []


def test_no_file_loads_anything_from_another_origin() -> None:
    paths = [path for path in STATIC.rglob("*") if path.is_file()]
    assert {path.suffix for path in paths} == {".html", ".css", ".js", ".json"}
    for path in paths:
        text = path.read_text(encoding="utf-8").replace(SVG_NAMESPACE, "")
        assert re.findall(r"""\w+:/[^\s"'`)]*|["'`(=]\s*//[^\s"'`)]*""", text) == [], path.name
        assert "@import" not in text, path.name
        assert re.findall(r"url\((?!data:)", text) == [], path.name


def test_links_and_imports_are_relative_and_lead_to_a_file() -> None:
    links = Elements().values("src", "href")
    assert {"style.css", "js/main.js", "forms.css", "js/forms/forms.js", "forms.html"} <= set(links)
    for link in set(links) - {"./"}:  # where index.html is
        assert link.startswith(("#", "data:")) or (not link.startswith("/") and (STATIC / link).is_file()), link
    for module in (*MODULES, *READER):
        for place in imports_of(module):
            assert place.startswith(("./", "../")), (module.name, place)
            assert (module.parent / place).is_file(), (module.name, place)
    assert set(re.findall(r"\bfetch\(.", load_code())) == {"fetch(`"}
    assert "fetch(`v1/" in load_code()  # relative to the page, wherever it is mounted


def imports_of(module: Path) -> list[str]:
    return re.findall(r'^import [^;]*?"([^"]+)"', module.read_text(encoding="utf-8"), re.MULTILINE)


def test_modules_import_one_way_and_each_is_used() -> None:
    modules = [*MODULES, *READER]
    graph = {
        path: {(path.parent / place).resolve() for place in imports_of(path) if place.endswith(".js")}
        for path in modules
    }
    entrances = {STATIC / "js" / "main.js", STATIC / "js" / "forms" / "forms.js", STATIC / "reader" / "worker.js"}
    assert entrances.union(*graph.values()) == graph.keys()
    while graph:
        leaves = {path for path, below in graph.items() if not below & graph.keys()}
        assert leaves, f"a circle: {sorted(path.name for path in graph)}"
        graph = {path: below for path, below in graph.items() if path not in leaves}


def test_the_reader_imports_nothing_of_the_page() -> None:
    assert [path.name for path in READER for place in imports_of(path) if not is_in_reader(path.parent / place)] == []


def is_in_reader(path: Path) -> bool:
    return path.resolve().is_relative_to(STATIC / "reader")


def test_a_stage_of_the_reader_has_the_name_of_its_python_module() -> None:
    package = STATIC.parents[1]
    places = {"models": package / "models", "pictures": package / "reading" / "pictures"}
    for stage in ("detection", "recognition", "decision"):
        places[stage] = package / "reading" / stage
    for path in READER:
        if path.parent.name in places:
            homes = (places[path.parent.name], package / "results")  # what a reading says of itself is a result
            assert any((home / f"{path.stem}.py").is_file() for home in homes), path.name


@pytest.mark.parametrize("module", [*MODULES, *READER], ids=lambda path: path.name)
def test_a_module_says_what_it_is_for_and_is_short(module: Path) -> None:
    lines = module.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"// .+\.", lines[0])
    assert lines[1] == ""
    assert len(lines) < 300
    assert max(map(len, lines)) <= 120
