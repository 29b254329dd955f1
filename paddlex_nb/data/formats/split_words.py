"""What data sets call their splits."""

from __future__ import annotations

_WORDS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
}


def as_split(word: str) -> str:
    """train, val or test for a word that means it, in any case of letters; else empty."""
    return _WORDS.get(word.strip().lower(), "")


def split_in(path: str) -> str:
    """The split that one of a file's folders stands for, or empty."""
    return next(filter(None, map(as_split, path.split("/")[:-1])), "")
