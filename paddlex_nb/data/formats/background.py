"""Class numbers of label maps that are drawn from outlines: what nobody outlined is class 0."""

from __future__ import annotations

import numpy as np

from paddlex_nb.data.store.label_maps import BACKGROUND, IGNORE, is_background
from paddlex_nb.data.store.object_table import ObjectTable

_IGNORED = {"__ignore__", "_ignore_", "void"}


def with_background(classes: list[str], objects: ObjectTable) -> list[str]:
    """The classes of label maps; renumbers the objects.

    A class that is called background becomes number 0, or is added; one that LabelMe calls
    ``__ignore__`` is none.
    """
    own = next(filter(is_background, classes), BACKGROUND)
    rest = [name for name in classes if name != own and name.lower() not in _IGNORED]
    numbers = {own: 0, **{name: number for number, name in enumerate(rest, 1)}}
    renumbered = np.array([numbers.get(name, IGNORE) for name in classes], np.int32)
    if len(objects):
        objects.class_id = renumbered[objects.class_id]
    return [own, *rest]
