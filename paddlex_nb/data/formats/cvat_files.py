"""Which of CVAT's two kinds of XML a file is: of images, or of a video's tracks."""

from __future__ import annotations

import re
from contextlib import suppress

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.source.file_tree import FileTree

MAX_XML = 512 << 20
"""Bytes of a file that are read."""

_TRACK_OR_IMAGE = re.compile(r"<track[\s>]|<image\s")
"""An image has a name; the tag ``images`` of a task has none."""


def beginning(tree: FileTree, file: str) -> str:
    """The first lines; of a video's task all of them where very many labels come first.

    Both kinds can be of a video; those of images else begin with ``<mode>annotation``.
    """
    head = "\n".join(tree.head(file))
    if "<mode>interpolation</mode>" in head and not _TRACK_OR_IMAGE.search(head):
        with suppress(UserError):
            return tree.decode(tree.read(file, MAX_XML))[0]
    return head


def has_tracks(beginning: str) -> bool:
    """Whether a file holds tracks and not images, by its `beginning`."""
    found = _TRACK_OR_IMAGE.search(beginning)
    return found is not None and found[0].startswith("<track")
