"""What recommendations go by: a few facts about a data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.record_file import ready_record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from paddlex_nb.data.store.index import Index
    from paddlex_nb.data.store.snapshot import Snapshot


class DatasetFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A data set, as far as parameters depend on it.

    Attributes:
        task: What its labels are for.
        classes: Number of classes.
        names: Their names, where they are known.
        train: Images to train on.
        val: Images to evaluate on.
        short_side: Median of the images' short sides in pixels.
        long_side: Median of their long sides in pixels.
        object_sides: Detection and instance segmentation: the objects' shorter sides
            by the long sides of their images, as the middles of a hundred equal parts, ascending;
            empty without objects.
        class_sides: Likewise, the median of the shorter sides of each class's objects, crowds
            left out, by the long sides of their images; 0 for a class without objects.
        thickness: Segmentation: the typical thickness of each class in pixels of the images; 0 if
            that is not known.
        learnable: Detection and instance segmentation: how many objects are in images to train on
            and no crowds; None if that is not known.
        crowds: Likewise, how many are crowds.
        grey_bits: The bits that the values of 16-bit images fill, if not all.
    """

    task: Task
    classes: int
    train: int
    val: int
    short_side: int = 224
    long_side: int = 224
    object_sides: tuple[float, ...] = ()
    class_sides: tuple[float, ...] = ()
    thickness: tuple[float, ...] = ()
    learnable: int | None = None
    crowds: int = 0
    grey_bits: int | None = None
    names: tuple[str, ...] = ()


def dataset_facts(folder: Path) -> DatasetFacts:
    """The facts about a data set of the workspace.

    Args:
        folder: The data set's folder.

    Raises:
        UserError: It is not ready, or damaged.
    """
    import numpy as np

    from paddlex_nb.data.store.snapshot import snapshot
    from paddlex_nb.data.store.split_file import split_counts

    ready_record(folder)
    counts = split_counts(folder).splits
    taken = snapshot(folder)
    record, index = taken.record, taken.index
    learnable, crowds = _trained_on(folder, record.task, index)
    shares, used = _shares(index)
    sides = np.sort([index.numbers("width"), index.numbers("height")], axis=0)
    return DatasetFacts(
        task=record.task,
        classes=len(record.classes),
        train=counts.get("train", 0),
        val=counts.get("val", 0),
        short_side=int(np.median(sides[0])) if len(index) else 224,
        long_side=int(np.median(sides[1])) if len(index) else 224,
        object_sides=_object_sides(shares[used]),
        class_sides=_class_sides(index, len(record.classes), shares, used),
        thickness=_thickness(taken),
        learnable=learnable,
        crowds=crowds,
        grey_bits=_grey_bits(folder),
        names=tuple(record.classes),
    )


def _grey_bits(folder: Path) -> int | None:
    from paddlex_nb.data.checks import read_findings

    known = read_findings(folder, code="few_bits", limit=1)
    return int(known[0].values["bits"]) if known else None


def _trained_on(folder: Path, task: Task, index: Index) -> tuple[int | None, int]:
    """How many objects of the training images are single ones, and how many are crowds."""
    import numpy as np

    from paddlex_nb.data.store.arrow import numbers
    from paddlex_nb.data.store.split_file import read_splits, split_rows

    if task not in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        return None, 0
    used = np.zeros(len(index), np.bool_)
    used[split_rows(read_splits(folder), "train", index)] = True
    used &= ~index.numbers("excluded")
    crowd = numbers(index.objects["crowd"])[used[numbers(index.objects["image"])]]
    return int((~crowd).sum()), int(crowd.sum())


def _thickness(taken: Snapshot) -> tuple[float, ...]:
    """Of classes that were merged the largest: what two thin ones make together is not known."""
    sides = [0.0] * len(taken.record.classes)
    for value, thickness in taken.record.thickness.items():
        number = int(taken.table[value]) if 0 <= value < len(taken.table) else len(sides)
        if number < len(sides):
            sides[number] = max(sides[number], thickness)
    return tuple(sides) if any(sides) else ()


def _object_sides(shares: NDArray[np.float64]) -> tuple[float, ...]:
    import numpy as np

    if not len(shares):
        return ()
    quantiles = np.quantile(shares, (np.arange(100) + 0.5) / 100, method="inverted_cdf")
    return tuple(quantiles.tolist())


def _class_sides(
    index: Index, classes: int, shares: NDArray[np.float64], used: NDArray[np.bool_]
) -> tuple[float, ...]:
    import pyarrow as pa

    from paddlex_nb.data.store.arrow import numbers

    used = used & ~numbers(index.objects["crowd"])
    if not used.any():
        return ()
    class_ids = numbers(index.objects["class_id"])[used]
    table = pa.table({"class_id": class_ids, "share": shares[used]})
    grouped = table.group_by("class_id").aggregate([("share", "approximate_median")])
    sides = [0.0] * classes
    for class_id, side in zip(*(column.to_pylist() for column in grouped.columns), strict=True):
        if 0 <= class_id < classes:
            sides[class_id] = side
    return tuple(sides)


def _shares(index: Index) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The shorter side of each object by its image's long side, and whether its image is used."""
    import numpy as np

    from paddlex_nb.data.store.arrow import numbers

    objects = index.objects
    images = numbers(objects["image"])
    long = np.maximum(index.numbers("width"), index.numbers("height"))[images].clip(1)
    shares = np.minimum(numbers(objects["w"]), numbers(objects["h"])) / long
    return shares, ~index.numbers("excluded")[images]
