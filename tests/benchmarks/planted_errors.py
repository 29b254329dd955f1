"""Planted label errors among the first suggestions of models that were trained on them.

For BCCD and the clothing set: three labels of the training images and three of the validation
images are made wrong (in BCCD one class is swapped, one box removed and one shifted by 40 % of its
width and 25 % of its height; in clothing three classes are swapped), a model is trained on that,
and the planted errors are looked up in `Run.label_errors` of both splits. Both sets have many true
label errors (in BCCD whole images whose red cells nobody labelled), which compete with those that
are planted: what stands first is printed, to be looked at, and where the planted ones stand among
what is not suggested without them, as for somebody who has looked through the set before.
Arguments: epochs for clothing and for BCCD (4 and 16 by default: 6 and 24 minutes on two cores that
others use too).
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from paddlex_nb import Workspace
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.label_errors.suggestion import XYWH, LabelError, shared
from paddlex_nb.run import Run

sys.path.insert(0, str(Path(__file__).parents[1]))
from places import SHARED_DATA

FIRST = 10
SEED = 7
WEIGHTS = SHARED_DATA / "weights" / "mobilenet_v2_imagenet.pdparams"

Planted = tuple[str, int, int | None, XYWH | None]
"""Kind, row of the image, number of the object, and where the object truly is."""


def plant_classes(dataset: Dataset, split: str) -> list[Planted]:
    """Give three images a wrong class."""
    view, rng = DatasetView(dataset.folder, split), random.Random(SEED)  # noqa: S311
    planted: list[Planted] = []
    for image in rng.sample(range(len(view)), 3):
        right = view.classes[int(view.labels[image])]
        row = int(view.rows[image])
        dataset.edits.set_class(row, rng.choice([name for name in view.classes if name != right]))
        planted.append(("swapped", row, None, None))
    return planted


def plant_objects(dataset: Dataset, split: str) -> list[Planted]:
    """Swap the class of an object, remove one and shift one, each in another image."""
    view, rng = DatasetView(dataset.folder, split), random.Random(SEED)  # noqa: S311
    planted: list[Planted] = []
    for kind, image in zip(
        ("swapped", "missed", "misplaced"), rng.sample(range(len(view)), 3), strict=True
    ):
        objects, row = view.objects(image), int(view.rows[image])
        place = rng.randrange(len(objects))
        number, right = int(objects.number[place]), view.classes[int(objects.class_id[place])]
        x, y, w, h = objects.xywh[place].tolist()
        if kind == "swapped":
            wrong = rng.choice([name for name in view.classes if name != right])
            dataset.edits.set_object_class((row, number), wrong)
        elif kind == "missed":
            dataset.edits.drop_objects((row, number))
        else:
            width, height = view.size(image)
            across = 0.4 * w if x + w / 2 < width / 2 else -0.4 * w
            down = 0.25 * h if y + h / 2 < height / 2 else -0.25 * h
            dataset.edits.set_box(row, number, (x + across, y + down, w, h))
        planted.append((kind, row, number, (x, y, w, h)))
    return planted


def tells(error: LabelError, planted: Planted) -> bool:
    """Whether a suggestion is of a planted error."""
    kind, row, number, box = planted
    if error.row != row:
        return False
    if kind == "missed":
        return error.kind == "missed" and shared(error.suggested_box, box) >= 0.5
    return error.number == number


def told(run: Run, dataset: Dataset, split: str, planted: list[Planted]) -> tuple[int, int]:
    """Print where the planted errors stand, in the whole list and among what is new by them.

    Returns:
        How many are among the first of each.
    """
    metric = run.evaluate(split, progress=False).main_metric
    errors, changes = run.label_errors(split), dataset.edits.changes()
    for change in reversed(changes):
        dataset.edits.undo(change.number)
    before = run.label_errors(split)
    for change in changes:
        dataset.edits.apply(change.change)
    new = [one for one in errors if not any(same(one, other) for other in before)]
    print(f"{run.record.dataset} {split}: {metric}, {len(errors)} suggestions, {len(new)} new")
    places = [[_place(some, error) for error in planted] for some in (errors, new)]
    for (kind, row, number, _), *where in zip(planted, *places, strict=True):
        print(f"  {kind} planted in image {row}, object {number}: place {where[0]}, new {where[1]}")
    for place, one in enumerate(errors[:FIRST], 1):
        print(f"    {place:2} {one.score:.3f} {one.path.name} {one.number}: {one.reason()}")
    first, fresh = (sum(place is not None and place <= FIRST for place in one) for one in places)
    return first, fresh


def same(one: LabelError, other: LabelError) -> bool:
    """Whether two suggestions are the same thought of the same place."""
    if (one.row, one.kind, one.given, one.suggested) != (
        other.row, other.kind, other.given, other.suggested,
    ):  # fmt: skip
        return False
    return shared(one.place, other.place) >= 0.5


def _place(errors: list[LabelError], planted: Planted) -> int | None:
    return next((place for place, one in enumerate(errors, 1) if tells(one, planted)), None)


def main() -> None:
    """Plant, train, look."""
    if not SHARED_DATA.exists():
        print(f"there is no {SHARED_DATA}")
        return
    epochs = [int(one) for one in sys.argv[1:]] or [4, 16]
    with tempfile.TemporaryDirectory() as folder:
        space = Workspace(Path(folder))
        clothing = space.import_dataset(
            SHARED_DATA / "classification" / "clothing", task="classification", progress=False
        )
        cells = space.import_dataset(
            SHARED_DATA / "detection" / "bccd", task="detection", progress=False
        )
        planted = {
            clothing.id: {split: plant_classes(clothing, split) for split in ("train", "val")},
            cells.id: {split: plant_objects(cells, split) for split in ("train", "val")},
        }
        jobs = [
            space.train(
                clothing, "MobileNetV2_x1_0", weights=str(WEIGHTS), epochs=epochs[0],
                input_size=128, learning_rate=0.002, batch_size=32, wait=False,
            ),
            space.train(
                cells, "PPYOLOE_plus_t", epochs=epochs[-1], input_size=256, batch_size=8,
                wait=False,
            ),
        ]  # fmt: skip
        for job in jobs:
            try:
                run = job.result()
            except UserError as error:
                print(error)
                continue
            for split, errors in planted[run.record.dataset].items():
                dataset = clothing if run.record.dataset == clothing.id else cells
                first, fresh = told(run, dataset, split, errors)
                print(f"  {first} of {len(errors)} are among the first {FIRST}, {fresh} new\n")


if __name__ == "__main__":
    main()
