"""Numbers of classes that labels call by name."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from paddlex_nb.data.source.parsed import DraftImage
from paddlex_nb.data.store.object_table import ObjectTable


class ClassNumbers:
    """Gives out numbers as names turn up, or knows those that the data set names itself.

    Args:
        names: Class names in the order of their numbers; then no others are accepted.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._numbers = {name: number for number, name in enumerate(names)}
        self._given = bool(self._numbers)

    def number(self, name: str) -> int | None:
        """The number of a class; None if the data set names its classes and not this one."""
        if self._given or not name:
            return self._numbers.get(name)
        return self._numbers.setdefault(name, len(self._numbers))

    def settle(self, images: Iterable[DraftImage], objects: ObjectTable | None = None) -> list[str]:
        """All class names in the order of their numbers.

        Numbers that were given out as names turned up are exchanged, in ``images`` and
        ``objects`` too, for those of the sorted names: they must not depend on the order of files.
        """
        if self._given:
            return list(self._numbers)
        classes = sorted(self._numbers)
        renumbered = np.empty(len(classes), np.int32)
        renumbered[[self._numbers[name] for name in classes]] = np.arange(len(classes))
        for image in images:
            if image.class_id >= 0:
                image.class_id = int(renumbered[image.class_id])
        if objects is not None and len(objects):
            objects.class_id = renumbered[objects.class_id]
        return classes
