"""JSON label files, in whatever encoding they were saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

T = TypeVar("T")

_MAX_JSON = 1 << 30
_NOTHING = msgspec.Raw(b"[]")

JSON_ERRORS = (ValueError, RecursionError)
"""What JSON raises that is damaged or of another shape (msgspec's errors are ValueErrors)."""


def read_json_file(
    tree: FileTree, file: str, type_: type[T], limit: int, report: Report | None = None
) -> T:
    """The content of a JSON file; an encoding other than UTF-8 is reported.

    Args:
        tree: The files that there are.
        file: The JSON file.
        type_: What it shall hold.
        limit: Most bytes that are read.
        report: Takes the finding.

    Raises:
        UserError: It cannot be read, or is larger than ``limit``.
        JSON_ERRORS: It is damaged or holds something else.
    """
    data = tree.read(file, limit)
    try:
        return msgspec.json.decode(data, type=type_)
    except ValueError:
        text, encoding = tree.decode(data)
        if encoding == "utf-8":
            raise
        content = msgspec.json.decode(text, type=type_)
        if report is not None:
            report.info("text_encoding", file, encoding=encoding)
        return content


def json_entries(
    tree: FileTree, file: str, type_: type[T], report: Report, key: str = ""
) -> Iterator[tuple[str, T]]:
    """The entries of a JSON file that is a list or a mapping, each with its place in it.

    What is damaged, or of another shape, is reported and left out; it spoils no other.

    Args:
        tree: The files that there are.
        file: The JSON file.
        type_: What an entry shall hold.
        report: Takes the findings.
        key: Where the list or mapping is in the file; empty if it is all of it.
    """
    try:
        whole = read_json_file(tree, file, msgspec.Raw, _MAX_JSON, report)
        if key:
            whole = msgspec.json.decode(whole, type=dict[str, msgspec.Raw]).get(key, _NOTHING)
        listed = bytes(whole).lstrip()[:1] == b"["
        parts = (
            list(enumerate(msgspec.json.decode(whole, type=list[msgspec.Raw])))
            if listed
            else list(msgspec.json.decode(whole, type=dict[str, msgspec.Raw]).items())
        )
    except (UserError, *JSON_ERRORS) as error:
        report.error("malformed_json", file, reason=str(error))
        return
    for name, raw in parts:
        place = f"{key}[{str(name)[:100]}]"
        try:
            yield place, msgspec.json.decode(raw, type=type_)
        except JSON_ERRORS as error:
            report.error("malformed_json", file, place, reason=str(error))
