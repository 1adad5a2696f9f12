"""What is handed to whoever reads, and what comes back: plain values, so that it can be a thread or a process."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

__all__ = ["Begin", "Handle", "Outcome", "Task"]

Begin: TypeAlias = Callable[[int], None]  # called once with the number of pictures, when their reading begins


@dataclass(frozen=True, slots=True)
class Task:
    """A request that takes time.

    Attributes:
        kind: What to do with the body.
        body: The body of the request.
        settings: What else the request says, as values of JSON.
    """

    kind: Literal["read", "forms", "drafts", "templates", "infer"]
    body: bytes
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task came to.

    Attributes:
        body: Of the answer; empty when there is a problem.
        json_length: Bytes of JSON at the beginning of the body; None when all of it is JSON.
        problem: The problem document, when the request is refused.
        headers: Of the refusal.
        pictures: Pictures by outcome.
        digits: Marks by outcome.
    """

    body: bytes = b""
    json_length: int | None = None
    problem: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, int] = field(default_factory=Counter)
    digits: Mapping[str, int] = field(default_factory=Counter)

    def to_values(self) -> dict[str, Any]:
        """Return all but the body as values of JSON."""
        return {
            "json_length": self.json_length,
            "problem": None if self.problem is None else dict(self.problem),
            "headers": dict(self.headers),
            "pictures": dict(self.pictures),
            "digits": dict(self.digits),
        }


class Handle(Protocol):
    """Does a task, in the thread or process that reads."""

    def __call__(self, task: Task, deadline: float, begin: Begin) -> Outcome:
        """Return what the task came to.

        Args:
            task: The task.
            deadline: Time on the clock of `time.monotonic` after which no further picture is started.
            begin: Told the number of pictures when they begin.

        Raises:
            TimeoutError: The deadline has passed.
        """
        ...
