"""Lists the questions that `handwriting.py` asks about each development set; each is a row of its table."""

from dataclasses import dataclass
from typing import Literal

from sets import BLANK, CLOTHES, LETTERS, PAGES


@dataclass(frozen=True)
class Question:
    """A question to the pictures of a set, or of a part of it.

    Attributes:
        name: The set.
        counted: What is counted, in words.
        read_by: The reader's function.
        writers: How many people wrote them, in words; "-" where nothing is written.
        wanted: The goal, in words.
        part: The part, as `sets.Item.part`; "" for sets without parts.
        counts_calls: Whether a picture counts where any digit is called one; else where its text is right.
        has_labels: Whether each is a single digit, so that its label is told, too, whatever the outcome.
        shares_votes: Whether pictures of one cluster show the same digit and so share one vote.
    """

    name: str
    counted: str
    read_by: Literal["read", "read_digit"]
    writers: str
    wanted: str
    part: str = ""
    counts_calls: bool = False
    has_labels: bool = False
    shares_votes: bool = False

    @property
    def title(self) -> str:
        """The set, and its part where the counted words do not tell it."""
        return f"{self.name}, {self.part}" if self.part and not self.counts_calls else self.name

    @property
    def slug(self) -> str:
        """The question as a part of a file's name."""
        return "-".join(filter(None, (self.name, self.part.replace(" ", "-"), self.read_by)))


QUESTIONS = (
    Question("running_numbers", "numbers right", "read", "40", "96 or more"),
    Question("registers", "numbers right", "read", "about 3", "85 or more", part="random-set-2"),
    Question("registers", "numbers right", "read", "1", "75 or more", part="riant-4"),
    Question("tally_boxes", "numbers right", "read", "8", "97 or more", part="id"),
    Question("tally_boxes", "numbers right", "read", "3", "97 or more", part="bo"),
    Question("mark_sheets", "numbers right", "read", "2 to 4", "98.5 or more", part="number"),
    Question("pencil_notes", "numbers right", "read", "1", "99 or more"),
    Question("people", "numbers right", "read", "not known", "97 or more"),
    Question("pen_on_forms", "digits right", "read_digit", "2", "99.5 or more", has_labels=True),
    Question("pencil_phone", "digits right", "read_digit", "1", "99.5 or more", has_labels=True, shares_votes=True),
    Question(
        LETTERS,
        "letters that look like no digit, called one",
        "read_digit",
        "40",
        "4 or less",
        part="letter 0",
        counts_calls=True,
    ),
    Question(
        LETTERS,
        "letters that look like a digit, called one",
        "read_digit",
        "40",
        "-",
        part="letter 1",
        counts_calls=True,
    ),
    Question(LETTERS, "words called a digit", "read_digit", "40", "0.5 or less", part="word 0", counts_calls=True),
    Question(LETTERS, "words with any digit", "read", "40", "-", part="word 0", counts_calls=True),
    Question("mark_sheets", "letter grades with any digit", "read", "2 to 4", "-", part="grade", counts_calls=True),
    Question(BLANK, "with any digit", "read", "-", "0.1 or less", counts_calls=True),
    Question(CLOTHES, "called a digit", "read_digit", "-", "0.5 or less", counts_calls=True),
)
PHOTOS = Question(PAGES, "cells found and right, no hint", "read", "1", "99.5 or more")
