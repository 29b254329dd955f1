"""Texts in the user's language.

Every text that a user reads has a key. Its English and Chinese forms stand in
``locale/<language>/<room>.json``; the first part of a key is the room. What is written to disk
(findings, events, errors) holds the key and its values as a `Message`, so that it can be read in
either language later.

A placeholder may say how its value is written:

- ``{n:image|images}``: the word that agrees with the count ``n``, or with how many a list
  ``n`` holds; the count itself is ``{n}``.
- ``{names:and}``, ``{names:or}``: a list as it reads in a sentence, "a, b and c"; without either,
  "a, b, c". An empty list is "none".
- ``{task:lower}``: a label within a sentence, without its capital unless it is a name.
"""

from __future__ import annotations

import json
import locale
import os
import string
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec

LANGUAGES = {"en": "English", "zh_CN": "中文"}
"""Language codes and what each language calls itself."""

_current: str | None = None


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text that has not chosen its language yet.

    Attributes:
        key: Key in the catalogue, such as ``data.no_such_folder``.
        values: What fills the ``{placeholders}`` of the text. Untrusted: show it as text only.
    """

    key: str
    values: dict[str, Any] = {}

    def text(self, language: str | None = None) -> str:
        """The message in ``language`` (default: the current one)."""
        return tr(self.key, language=language, **self.values)

    def __str__(self) -> str:
        return self.text()


def language() -> str:
    """The current language: as set, else ``PADDLEX_NB_LANG``, else the locale, else English."""
    return _current or _from_environment()


def set_language(code: str) -> None:
    """Choose the language of this process.

    Raises:
        ValueError: ``code`` is not one of `LANGUAGES`.
    """
    global _current
    if code not in LANGUAGES:
        raise ValueError(f"language {code!r} is not one of {', '.join(LANGUAGES)}")
    _current = code


def tr(key: str, *, language: str | None = None, **values: object) -> str:
    """The text of ``key`` with ``values`` filled in.

    A key missing from one language falls back to English; a key in neither is returned as it is,
    so that a gap in the catalogue shows and does not crash (tests hold the catalogue complete).
    """
    code = language or _current or _from_environment()
    room = key.partition(".")[0]
    template = _room(code, room).get(key) or _room("en", room).get(key)
    if template is None:
        return key
    return _Written(code).vformat(template, (), _Shown(values, code)) if values else template


def joined(parts: Sequence[Message], key: str) -> Message:
    """Several texts as one.

    Args:
        parts: The texts, at least one; there may be thousands.
        key: How two of them (``first`` and ``rest``) are put together.
    """
    if len(parts) == 1:
        return parts[0]
    half = (len(parts) + 1) // 2  # in halves: a chain would be as deep as it is long
    first, rest = joined(parts[:half], key), joined(parts[half:], key)
    return Message(key, {"first": first, "rest": rest})


def has(key: str) -> bool:
    """Whether the catalogue has a text for ``key``."""
    return key in _room("en", key.partition(".")[0])


class _Shown(dict[str, Any]):
    """Values of a text; messages among them are told in its language."""

    def __init__(self, values: dict[str, Any], code: str) -> None:
        super().__init__(values)
        self._code = code

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if isinstance(value, (list, tuple)):
            return [str(self._told(part)) for part in value]
        return self._told(value)

    def _told(self, value: Any) -> Any:
        if isinstance(value, dict) and "key" in value:  # a message that was written to disk
            value = msgspec.convert(value, Message)
        return value.text(self._code) if isinstance(value, Message) else value


class _Written(string.Formatter):
    """How values stand in a sentence of a language."""

    def __init__(self, code: str) -> None:
        self._code = code

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, _, several = format_spec.partition("|")
            count = len(value) if isinstance(value, list) else value
            return one if str(count) in {"1", "1.0"} else several
        if isinstance(value, list):
            return self._listed(value, format_spec)
        if format_spec == "lower":
            return _within(str(value))
        # what was written before lists were kept is one text already
        written: str = super().format_field(value, "" if format_spec in _LISTS else format_spec)
        return written

    def _listed(self, parts: Sequence[str], conjunction: str) -> str:
        if not parts:
            return tr("core.none", language=self._code)
        comma = tr("core.list.comma", language=self._code)
        if conjunction not in _LISTS or len(parts) == 1:
            return comma.join(parts)
        key, first = f"core.list.{conjunction}", comma.join(parts[:-1])
        return tr(key, language=self._code, first=first, last=parts[-1])


_LISTS = ("and", "or")


def _within(label: str) -> str:
    """A label within a sentence: a name, which has further capitals, keeps its own."""
    rest = label[1:]
    return label if rest != rest.lower() else label.lower()


@lru_cache(maxsize=64)
def _room(code: str, room: str) -> dict[str, str]:
    file = resources.files("paddlex_nb") / "locale" / code / f"{room}.json"
    if not file.is_file():
        return {}
    texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return texts


@lru_cache(maxsize=1)
def _from_environment() -> str:
    wanted = os.environ.get("PADDLEX_NB_LANG") or locale.getlocale()[0] or ""
    return "zh_CN" if wanted.lower().startswith(("zh", "chinese")) else "en"
