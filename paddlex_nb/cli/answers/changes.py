"""What commands that change data sets and runs answer."""

from __future__ import annotations

from typing_extensions import TypedDict

from paddlex_nb.cli.answers.datasets import SplitCounts


class Fix(TypedDict):
    """What can be done about the findings of one code.

    Attributes:
        code: Code of the findings.
        message: What would be done, in a sentence.
        count: How many findings.
        images: In how many images.
        change: Number of the change, if it was made already.
    """

    code: str
    message: str
    count: int
    images: int
    change: int | None


class Fixes(TypedDict):
    """What can be fixed."""

    fixes: list[Fix]


class Mends(TypedDict):
    """What can be fixed, under a former name."""

    mends: list[Fix]


class Change(TypedDict):
    """A change of labels: when (seconds since 1970), what, and of which findings."""

    number: int
    code: str
    kind: str
    when: float
    message: str


class Changes(TypedDict):
    """Changes, and how many images and which classes there are with them."""

    changes: list[Change]
    images: int
    classes: list[str]


class Moved(TypedDict):
    """How many images were moved to another split."""

    moved: int
    splits: SplitCounts


class Renamed(TypedDict):
    """What a data set or run is called now."""

    id: str
    name: str


class Deletion(TypedDict):
    """What was deleted, how many bytes that freed, and what other things lose by it."""

    id: str
    size_bytes: int
    runs: list[str]
    consequences: list[str]


class Deleted(TypedDict):
    """What was deleted."""

    deleted: list[Deletion]
    freed_bytes: int
