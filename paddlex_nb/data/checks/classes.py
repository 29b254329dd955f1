"""Whether the classes as a whole can be learnt and told apart."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict

from paddlex_nb.core.task import Task
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.records import SPLITS

_IMBALANCE = 10
"""Times as many images as another class has, from which a class may be favoured."""

_UNEVEN = 5
"""The same within a split that the data set came with, whose figures rest on few images then."""


def check_classes(task: Task, draft: Draft, present: list[list[int]], report: Report) -> None:
    """Report classes that are missing, too small, of very unequal size or nearly alike by name.

    Args:
        task: What the labels are for.
        draft: The data set; only its usable images.
        present: Class numbers that occur in each image, each once.
        report: Takes the findings.
    """
    counts = Counter(c for classes in present for c in classes)
    used = [c for c in range(len(draft.classes)) if counts[c]]
    if len(used) < 2 and task is Task.CLASSIFICATION:
        report.error("one_class", name=draft.classes[used[0]] if used else "–")
    for number, name in enumerate(draft.classes):
        place = draft.places[number]
        if counts[number] == 0 and draft.images:
            report.warning("unused_class", place, name=name)
        elif counts[number] == 1:
            report.warning("class_too_small", place, name=name)
    if len(used) > 1:
        _check_balance(draft, counts, used, report)
    _check_splits(draft, present, report)
    _check_uneven(draft, present, counts, report)
    _check_alike(draft, report)


def _check_balance(draft: Draft, counts: Counter[int], used: list[int], report: Report) -> None:
    least, most = min(used, key=counts.__getitem__), max(used, key=counts.__getitem__)
    if counts[most] >= _IMBALANCE * counts[least]:
        report.warning(
            "class_imbalance",
            most=draft.classes[most],
            most_images=counts[most],
            least=draft.classes[least],
            least_images=counts[least],
        )


def _check_splits(draft: Draft, present: list[list[int]], report: Report) -> None:
    by_split: defaultdict[str, set[int]] = defaultdict(set)
    for image, classes in zip(draft.images, present, strict=True):
        by_split[image.split].update(classes)
    for other in ("val", "test"):
        if "train" in by_split:
            for number in sorted(by_split[other] - by_split["train"]):
                name = draft.classes[number]
                report.warning("class_not_in_train", draft.places[number], name=name, split=other)


def _check_uneven(
    draft: Draft, present: list[list[int]], total: Counter[int], report: Report
) -> None:
    """Report splits in which the classes are of much less equal size than in the whole."""
    for split in SPLITS:
        rows = [c for i, c in zip(draft.images, present, strict=True) if i.split == split]
        counts = Counter(number for classes in rows for number in classes)
        if len(counts) < 2:
            continue
        most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        ratio = counts[most] / counts[least]
        if ratio >= _UNEVEN and ratio > 2 * total[most] / total[least]:
            report.warning(
                "uneven_split",
                split=split,
                most=draft.classes[most],
                most_images=counts[most],
                least=draft.classes[least],
                least_images=counts[least],
            )


def _check_alike(draft: Draft, report: Report) -> None:
    by_core: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(draft.classes):
        by_core[_core(name)].append(number)
    for first, *others in by_core.values():
        for other in others:
            report.warning(
                "similar_class_names",
                draft.places[other],
                name=draft.classes[other],
                other=draft.classes[first],
            )


def _core(name: str) -> str:
    """A name without case, accents' composition, punctuation and a plural's ending."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain or name
