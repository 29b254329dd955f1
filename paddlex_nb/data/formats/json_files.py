"""JSON label files, in whatever encoding they were saved."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

T = TypeVar("T")

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
