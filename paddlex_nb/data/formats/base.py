"""What a format of data sets has to offer."""

from __future__ import annotations

from typing import Protocol

import msgspec

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report


class Evidence(msgspec.Struct, frozen=True):
    """Why a folder is taken for a format.

    Attributes:
        score: How sure that is, 0 to 1.
        reason: The same in words.
        doubts: What speaks against it. While there is any, the folder is read so only if the user
            says so by task or format.
    """

    score: float
    reason: Message
    doubts: tuple[Message, ...] = ()


class Format(Protocol):
    """A way to lay out images and labels in a folder.

    Attributes:
        name: Its name on the command line and in files; texts are ``formats.<name>`` and
            ``formats.<name>.rule``, what is looked for.
        task: What its labels are for.
    """

    @property
    def name(self) -> str:
        """The format's name, as on the command line."""
        ...

    @property
    def task(self) -> Task:
        """The task that the format's labels are for."""
        ...

    def detect(self, tree: FileTree) -> Evidence | None:
        """Say why ``tree`` is of this format, or that it is not; quick, reads little."""
        ...

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all labels; what cannot be read becomes findings.

        Raises:
            UserError: The data set as a whole cannot be read.
        """
        ...
