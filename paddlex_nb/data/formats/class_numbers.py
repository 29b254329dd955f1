"""Numbers of classes that labels call by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from paddlex_nb.data.source.parsed import DraftImage
from paddlex_nb.data.source.report import Report
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


def note_counted_from_one(seen: Collection[int], classes: int, file: str, report: Report) -> None:
    """Warn if numbers of classes seem to count from 1, as the first class never occurs.

    Nothing is moved: which is right cannot be known.

    Args:
        seen: The numbers that labels say, those without a class too.
        classes: How many classes are named; 0 if none are.
        file: Where they are named, for the finding.
        report: Takes the finding.
    """
    if not seen or 0 in seen:
        return
    last = max(seen)
    if last == classes or (not classes and set(seen) == set(range(1, last + 1))):
        report.warning("counted_from_one", file, last=last, classes=classes or "–")


def without_classes(classes: list[str], unwanted: Collection[int], table: ObjectTable) -> list[str]:
    """The classes without those of some numbers that no object has; renumbers the objects."""
    used = set(np.unique(table.class_id).tolist())
    kept = [n for n in range(len(classes)) if n in used or n not in unwanted]
    if len(kept) == len(classes) or not kept:
        return classes
    renumbered = np.zeros(len(classes), np.int32)
    renumbered[kept] = np.arange(len(kept))
    table.class_id = renumbered[table.class_id]
    return [classes[n] for n in kept]
