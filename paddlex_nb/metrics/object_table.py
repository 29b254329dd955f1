"""The objects of an evaluation as columns of its table: written, and read without belief."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.list_columns import flat
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.pairs import NOBODY, Pairs

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMNS = ("object_class", "object_number", "object_crowd", "pair_prediction", "pair_object")


def read_objects(table: pa.Table, classes: int) -> MatchedObjects | None:
    """The objects of a stored evaluation; None if an older version has stored it.

    Args:
        table: The evaluation's predictions, as `object_columns` is a part of them.
        classes: Number of classes.

    Raises:
        ValueError: The table's columns do not fit each other.
    """
    if not {*_COLUMNS, "pair_iou", "class_id", "score"} <= set(table.column_names):
        return None
    image, class_id = flat(table, "class_id", np.int64)
    true_image, true_class = flat(table, "object_class", np.int64)
    pair_image, guess = flat(table, "pair_prediction", np.int64)
    starts = np.searchsorted(image, pair_image), np.searchsorted(true_image, pair_image)
    places = guess + starts[0], flat(table, "pair_object", np.int64)[1] + starts[1]
    kept = MatchedObjects(
        classes=classes,
        images=len(table),
        image=image,
        class_id=class_id,
        score=flat(table, "score")[1],
        true_image=true_image,
        true_class=true_class,
        number=flat(table, "object_number", np.int64)[1],
        crowd=flat(table, "object_crowd", np.bool_)[1],
        pairs=Pairs(*places, flat(table, "pair_iou")[1]),
    )
    _check(kept, pair_image)
    return kept


def _check(of: MatchedObjects, pair_image: NDArray[np.int64]) -> None:
    """Refuse numbers that lead out of the table: a file is not believed."""
    pairs = of.pairs
    lengths = [len(of.class_id) - len(of.score), len(of.true_class) - len(of.number)]
    lengths += [len(of.true_class) - len(of.crowd)]
    lengths += [len(pairs.predicted) - len(one) for one in (pairs.true, pairs.iou)]
    fits = not any(lengths)
    for places, images in ((pairs.predicted, of.image), (pairs.true, of.true_image)):
        inside = fits and bool(((places >= 0) & (places < len(images))).all())
        fits = inside and bool((images[places] == pair_image).all())
    fits = fits and bool((np.diff(pairs.predicted) >= 0).all())
    ids = np.concatenate([of.class_id, of.true_class])
    if not fits or bool(((ids < 0) | (ids >= of.classes)).any()):
        raise ValueError("the columns of objects and pairs do not fit")


def object_columns(of: MatchedObjects) -> dict[str, pa.Array]:
    """What `read_objects` needs besides ``class_id`` and ``score``; a list for each image.

    ``object_class``, ``object_number`` and ``object_crowd`` of the true objects;
    ``pair_prediction`` and ``pair_object``, places in the image's lists, and ``pair_iou`` of
    those that overlap.
    """
    import pyarrow as pa

    of_pairs = of.image[of.pairs.predicted]
    guess = of.pairs.predicted - np.searchsorted(of.image, of_pairs)
    true = of.pairs.true - np.searchsorted(of.true_image, of_pairs)
    return {
        "object_class": _lists(of, of.true_class, of.true_image, pa.int32()),
        "object_number": _lists(of, of.number, of.true_image, pa.int32()),
        "object_crowd": _lists(of, of.crowd, of.true_image, pa.bool_()),
        "pair_prediction": _lists(of, guess, of_pairs, pa.int32()),
        "pair_object": _lists(of, true, of_pairs, pa.int32()),
        "pair_iou": _lists(of, of.pairs.iou, of_pairs, pa.float64()),
    }


def match_columns(of: MatchedObjects, threshold: float, iou: float) -> dict[str, pa.Array]:
    """Who is taken for whom at a threshold; a list for each image.

    ``true_class`` and ``true_number`` of each prediction's object: its class (the number of
    classes for the background, null for a prediction below the threshold) and its number
    (null if there is none); ``missed_class`` and ``missed_number`` of the others.
    """
    import pyarrow as pa

    partner, counted = of.partner(iou), of.score >= threshold
    missed = of.missed(threshold, iou)
    images = of.true_image[missed]
    number = np.append(of.number, 0)[partner]
    known = counted & (partner != NOBODY)
    classes = np.append(of.true_class, of.classes)[partner]
    return {
        "true_class": _lists(of, classes, of.image, pa.int32(), ~counted),
        "true_number": _lists(of, number, of.image, pa.int32(), ~known),
        "missed_class": _lists(of, of.true_class[missed], images, pa.int32()),
        "missed_number": _lists(of, of.number[missed], images, pa.int32()),
    }


def _lists(
    of: MatchedObjects,
    values: NDArray[Any],
    images: NDArray[np.int64],
    kind: pa.DataType,
    null: NDArray[np.bool_] | None = None,
) -> pa.Array:
    import pyarrow as pa

    ends = np.searchsorted(images, np.arange(of.images + 1))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(values, kind, mask=null))
