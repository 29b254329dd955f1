"""What data sets call their splits."""

from __future__ import annotations

import re

_WORDS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    "训练": "train",
    "验证": "val",
    "测试": "test",
}

_SET = re.compile(r"[ _-]?(?:sets?|集)$")
"""What says that a word names a set, as in ``trainset``, ``test_set`` and ``训练集``."""


def as_split(word: str) -> str:
    """train, val or test for a word that means it, in any case of letters; else empty."""
    return _WORDS.get(_SET.sub("", word.strip().lower()), "")


def split_in(path: str) -> str:
    """The split that one of a file's folders stands for, or empty."""
    return next(filter(None, map(as_split, path.split("/")[:-1])), "")
