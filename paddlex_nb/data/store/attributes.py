"""What label files say of an object besides its class and where it is: difficult, occluded, a pose.

In the index a text of JSON an object, null where nothing is said; without any, there is no column.
The names are those of Pascal VOC, which CVAT and Datumaro use too: ``difficult``, ``truncated`` and
``occluded`` (yes or no, though KITTI has numbers), ``pose``; all others are the data set's own.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Attribute: TypeAlias = "bool | int | float | str"
Attributes: TypeAlias = "dict[str, Attribute]"

COLUMN = "attributes"
"""The column of the index; there is none in an index without attributes."""

DIFFICULT, TRUNCATED, OCCLUDED, POSE = "difficult", "truncated", "occluded", "pose"
FLAGS = frozenset({DIFFICULT, TRUNCATED, OCCLUDED})
"""What is no where nothing is said."""

MOST, LONGEST_NAME, LONGEST_VALUE = 32, 64, 256
"""Attributes of an object, and characters of a name and of a text that is its value."""

_YES, _NO = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no", "unspecified"})
_BESIDES = frozenset({"rotation", "is_crowd"})
"""Of COCO and Datumaro: they are the object's box, and that it is a crowd."""

_LARGEST = 2**53
"""Whole numbers up to here are the same in every tool."""


def read_attributes(given: object) -> tuple[Attributes, bool]:
    """What of an object's attributes is kept.

    Names and texts are one line without control characters. What says nothing is left out: no
    value, an empty text, one of `FLAGS` that is not set, a pose that is not specified.

    Args:
        given: What a label file says, untrusted: names and values of any kind, if it is a mapping.

    Returns:
        The attributes, and whether some were cut or left out: there are too many or too long ones,
        or a value that is neither text, number nor yes or no.
    """
    kept: Attributes = {}
    if not isinstance(given, Mapping):
        return kept, bool(given)
    cut = False
    for key, value in given.items():
        name, shortened = _line(str(key), LONGEST_NAME)
        value, less = _value(value)
        cut |= shortened or less
        if name in FLAGS:
            value = _flag(value)
        if value is None or value == "" or name in _BESIDES or (name == POSE and _is_no(value)):
            continue
        if len(kept) >= MOST or not name:
            return kept, True
        kept[name] = value
    return kept, cut


def is_set(value: Attribute | None) -> bool:
    """Whether an attribute says yes: as yes or no, as a number that is not 0, or in words."""
    return str(value).lower() in _YES if isinstance(value, str) else bool(value)


def in_words(value: Attribute) -> str:
    """A value in a file of texts, which `yes_or_no` reads."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def yes_or_no(text: str) -> str | bool:
    """What a file of texts says, which has words for yes and no."""
    return {"true": True, "false": False}.get(text.strip().lower(), text)


def _value(value: object) -> tuple[Attribute | None, bool]:
    """A value as it is kept, None if there is none, and whether something of it is lost."""
    if value is None or isinstance(value, bool):
        return value, False
    if isinstance(value, str):
        return _line(value, LONGEST_VALUE)
    if isinstance(value, int) and abs(value) <= _LARGEST:
        return value, False
    if isinstance(value, float) and math.isfinite(value):
        return value, False
    return None, True


def _line(text: str, longest: int) -> tuple[str, bool]:
    """A text as one line that is not too long, and whether it was cut."""
    cut = len(text) > longest
    text = text[:longest]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text.strip(), cut


def _flag(value: Attribute | None) -> Attribute | None:
    """A value of `FLAGS`; None if it is not set."""
    if isinstance(value, str):
        return True if value.lower() in _YES else None if _is_no(value) else value
    return True if value == 1 else value or None


def _is_no(value: Attribute) -> bool:
    return str(value).lower() in _NO


class ObjectAttributes(msgspec.Struct):
    """The attributes of objects; objects that have the same ones share them.

    Attributes:
        which: Which of ``texts`` each object has, -1 for none; int32 of shape (objects,).
        texts: Attributes as JSON.
        cut: Which of ``texts`` lack something of what the label file says.
    """

    which: NDArray[np.int32]
    texts: list[str]
    cut: frozenset[int] = frozenset()

    @classmethod
    def none(cls, objects: int) -> ObjectAttributes:
        """Objects without attributes."""
        return cls(np.full(objects, -1, np.int32), [])

    @classmethod
    def from_json(cls, column: pa.Array) -> ObjectAttributes:
        """The attributes that texts of JSON say, untrusted ones; a row an object.

        Texts that are no JSON of a mapping say nothing but that something is lost.
        """
        if column.null_count == len(column):
            return cls.none(len(column))
        encoded = column.dictionary_encode()
        known = AttributesBuilder()
        for text in encoded.dictionary.to_pylist():
            try:
                given = msgspec.json.decode(text)
            except (ValueError, RecursionError):
                given = text
            known.add(given)
        found = known.build()
        places = np.append(found.which, np.int32(-1))  # which -1 finds
        rows = np.from_dlpack(encoded.indices.fill_null(-1))
        return cls(places[rows], found.texts, found.cut)

    @classmethod
    def joined(cls, parts: Sequence[ObjectAttributes]) -> ObjectAttributes:
        """The objects of several tables, one after another."""
        starts = np.cumsum([0, *(len(part.texts) for part in parts)]).tolist()
        pairs = list(zip(parts, starts, strict=False))
        return cls(
            np.concatenate([np.where(p.which < 0, -1, p.which + s) for p, s in pairs], dtype="i4"),
            [text for part in parts for text in part.texts],
            frozenset(number + start for part, start in pairs for number in part.cut),
        )

    def take(self, rows: NDArray[np.int64]) -> ObjectAttributes:
        """Some objects, in that order."""
        return ObjectAttributes(self.which[rows], self.texts, self.cut)

    def of_object(self, row: int) -> Attributes:
        """The attributes of an object."""
        which = int(self.which[row])
        return decoded(self.texts[which] if which >= 0 else None)

    def column(self) -> pa.Array | None:
        """The column of the index; None if no object has attributes."""
        said = np.array([text != "{}" for text in self.texts] + [False])  # which -1 finds
        which = np.where(said[self.which], self.which, -1)
        if not (which >= 0).any():
            return None
        data = [text.encode() for text in self.texts]
        ends = np.cumsum([0, *map(len, data)], dtype=np.int64)
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(data))]
        texts = pa.Array.from_buffers(pa.large_string(), len(data), buffers)
        every = pa.concat_arrays([texts, pa.nulls(1, pa.large_string())])
        rows = np.where(which < 0, len(data), which).astype(np.int64)
        return every.take(pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)]))


class AttributesBuilder:
    """Collects the attributes of objects one by one."""

    def __init__(self) -> None:
        self._which = array("i")
        self._known: dict[tuple[str, bool], int] = {}

    def add(self, given: object) -> None:
        """Append the attributes of an object, as `read_attributes` takes them."""
        kept, cut = read_attributes(given) if given else ({}, False)
        if not kept and not cut:
            self._which.append(-1)
            return
        text = msgspec.json.encode(kept).decode()
        self._which.append(self._known.setdefault((text, cut), len(self._known)))

    def build(self) -> ObjectAttributes:
        """The attributes of all that were added."""
        cut = frozenset(number for (_, lost), number in self._known.items() if lost)
        texts = [text for text, _ in self._known]
        return ObjectAttributes(np.array(self._which, np.int32), texts, cut)


def decoded(text: str | None) -> Attributes:
    """Attributes from the index.

    Raises:
        ValueError: It is no such text; the index is damaged.
    """
    return msgspec.json.decode(text, type=dict[str, bool | int | float | str]) if text else {}
