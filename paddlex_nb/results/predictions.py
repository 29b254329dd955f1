"""What a model says about images."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.tables import columns, data_frame
from paddlex_nb.display.text import table
from paddlex_nb.results.base import ModelResult, origin_fields

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20
"""Images that are shown; all of them are in `Predictions.to_pandas`."""


@dataclass(frozen=True)
class ClassScore:
    """A class and its probability.

    Attributes:
        class_name: The class.
        score: Its probability, 0 to 1.
    """

    class_name: str
    score: float


@dataclass(frozen=True)
class PredictedObject:
    """An object in an image.

    Attributes:
        class_name: Its class.
        class_id: Number of the class, from 0.
        score: How sure the model is, 0 to 1.
        box: Left, top, width and height in pixels of the image as shown.
        rle: Its mask as COCO's run-length code (``size``: height and width, ``counts``), which
            pycocotools reads; None in object detection, and where an earlier version of this
            package stored outlines.
        stored_outlines: What such a version stored; see `polygons`.
    """

    class_name: str
    class_id: int
    score: float
    box: tuple[float, float, float, float]
    rle: dict[str, Any] | None = None
    stored_outlines: list[list[float]] = field(default_factory=list, repr=False)

    @property
    def polygons(self) -> list[list[float]]:
        """Its outlines, each x0, y0, x1, y1, ... in pixels; filled by the even-odd rule, its mask.

        Parts and holes have outlines of their own. Empty in object detection.

        Raises:
            ValueError: The mask is damaged.
        """
        if self.rle is None:
            return self.stored_outlines
        from paddlex_nb.data.store.coco_masks import outlines

        return [[float(number) for number in np.ravel(ring)] for ring in outlines(self.rle)]

    def mask(self) -> NDArray[np.uint8] | None:
        """Its pixels, of shape (height, width): 1 where the object is, else 0.

        Returns:
            None without a run-length code.
        """
        if self.rle is None:
            return None
        from paddlex_nb.data.store.coco_masks import decode

        return decode(self.rle)


@dataclass(frozen=True)
class ClassArea:
    """A class and the share of the image's pixels that it covers.

    Attributes:
        class_name: The class.
        class_id: Its number, from 0.
        share: Share of the image's pixels, above 0 to 1.
    """

    class_name: str
    class_id: int
    share: float


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says about one image; what the task does not give is None or empty.

    Attributes:
        path: The image.
        error: Why the image could not be predicted; None if it was.
        class_name: Its class (image classification).
        score: Probability of the class, 0 to 1 (image classification).
        top: The most likely classes, at most five, best first (image classification).
        objects: Its objects, best first (object detection and instance segmentation).
        best_below: Where no object reaches the threshold, the highest score of those below; else
            None.
        areas: What it shows, the largest class first (semantic segmentation).
        mask_path: PNG file of its label map (semantic segmentation); see `mask`.
        classes: Class names of the model, in the order of their numbers.
        stored_mask: The label map as PNG where it has no file; see `mask`.
    """

    path: Path
    error: Message | None
    class_name: str | None
    score: float | None
    top: list[ClassScore]
    objects: list[PredictedObject]
    areas: list[ClassArea]
    mask_path: Path | None
    classes: list[str]
    stored_mask: bytes = field(default=b"", repr=False)
    best_below: float | None = None

    def mask(self) -> NDArray[np.uint8] | None:
        """The label map of shape (height, width): a class number for each pixel.

        Returns:
            None in other tasks than semantic segmentation, or if the image was not predicted.

        Raises:
            UserError: Its file is gone or damaged.
        """
        if self.mask_path is None and not self.stored_mask:
            return None
        return label_map(self.mask_path or io.BytesIO(self.stored_mask))

    def above(self, threshold: float) -> Prediction:
        """The same with the objects whose score is at least ``threshold`` (0 to 1)."""
        return replace(self, objects=[one for one in self.objects if one.score >= threshold])

    def draw(self) -> NDArray[np.uint8]:
        """The image with what the model says about it drawn over it.

        Returns:
            RGB of shape (height, width, 3), 0 to 255, in the size of the image as shown; of an
            image above 67 megapixels scaled down to these. ``matplotlib.pyplot.imshow`` and
            ``PIL.Image.fromarray`` take it.

        Raises:
            UserError: The image or its label map is gone or damaged.
        """
        from paddlex_nb.results.drawing import drawn

        return drawn(self)

    def summary(self) -> tuple[str, float | None]:
        """What the image shows in a few words, and how sure the model is (0 to 1; None)."""
        if self.error is not None:
            return self.error.text(), None
        if self.class_name is not None:
            return self.class_name, self.score
        if self.areas or self.mask_path is not None or self.stored_mask:
            areas = [f"{a.class_name} {a.share:.0%}" for a in self.areas]
            return tr("core.listed", names=areas), None
        if self.best_below is not None:
            return tr("display.nothing_above", best=f"{self.best_below:.2f}"), None
        counts = Counter(one.class_name for one in self.objects)
        best = max((one.score for one in self.objects), default=None)
        return tr("core.listed", names=[f"{n} {name}" for name, n in counts.items()]), best

    def __repr__(self) -> str:
        text, score = self.summary()
        return f"Prediction({self.path.name}: {text}{'' if score is None else f', {score:.4f}'})"

    def _repr_png_(self) -> bytes | None:
        if self.error is not None:
            return None
        from paddlex_nb.results.drawing import png

        return png(self.draw())


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Predictions(ModelResult, Sequence[Prediction]):
    """What a checkpoint of a run says about some images: a sequence of `Prediction`.

    Attributes:
        predictions: One for each image, in the order in which the images were found.
        failed: How many images could not be predicted; their ``error`` says why.
        threshold: Least score of the objects, 0 to 1; None in tasks without objects.
        classes: Class names of the model, in the order of their numbers.
    """

    predictions: list[Prediction]
    failed: int
    threshold: float | None
    classes: list[str]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The predictions that are written as this plain JSON, by this or an earlier version."""
        entries, classes = data["predictions"], list(data.get("classes", ()))
        return cls(
            **origin_fields(data),
            predictions=[_prediction(entry, classes) for entry in entries],
            failed=data.get("failed", sum("error" in entry for entry in entries)),
            threshold=data.get("threshold"),
            classes=classes,
        )

    def __len__(self) -> int:
        return len(self.predictions)

    def __iter__(self) -> Iterator[Prediction]:
        return iter(self.predictions)

    @overload
    def __getitem__(self, index: int) -> Prediction: ...
    @overload
    def __getitem__(self, index: slice) -> list[Prediction]: ...

    def __getitem__(self, index: int | slice) -> Prediction | list[Prediction]:
        return self.predictions[index]

    def to_pandas(self) -> pd.DataFrame:
        """A `pandas.DataFrame`, one row an image, or one row an object in tasks with objects.

        Columns are ``path``, ``class`` and ``score``; with objects ``x``, ``y``, ``width`` and
        ``height`` in pixels too, in semantic segmentation ``share`` (0 to 1), one row a class.
        Images that could not be predicted are left out.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(record for one in self for record in _records(one))

    def save(self, out: str | Path) -> Path:
        """Write all that was predicted: drawn images, a table, JSON.

        ``drawn/`` has an image each with what was predicted drawn over it, ``predictions.csv`` a
        row an object, class or image, ``results.json`` all of `to_dict`. With objects there is
        ``coco.json`` too (COCO's format, with scores), in semantic segmentation ``masks/`` with
        PNG files whose values are class numbers and which show in the classes' colours.

        Args:
            out: A folder that is not there or empty; with the suffix ``.zip``, an archive.

        Returns:
            ``out``, made absolute.

        Raises:
            UserError: There is something at ``out``, it cannot be written, or an image has gone
                since.
        """
        from paddlex_nb.results.saving import save_predictions

        return save_predictions(self, Path(out).expanduser().absolute())

    def __repr__(self) -> str:
        parts = [f"Predictions: {self._origin()}", table(self._head(), self._rows())]
        return "\n\n".join(filter(None, [*parts, self._more(), self.stale]))

    def _repr_html_(self) -> str:
        html = super()._repr_html_() + html_table(self._head(), self._rows())
        return html + (html_text(self._more()) if self._more() else "")

    def _head(self) -> list[str]:
        return columns("file", "class", "score")

    def _rows(self) -> list[tuple[object, ...]]:
        return [(one.path, *one.summary()) for one in self.predictions[:_SHOWN]]

    def _more(self) -> str:
        more = len(self) - _SHOWN
        return tr("display.more", count=f"{more:,}") if more > 0 else ""

    def _facts(self) -> list[tuple[str, object]]:
        facts: list[tuple[str, object]] = [(columns("images")[0], len(self))]
        if self.failed:
            facts.append((tr("display.failed"), self.failed))
        if self.threshold is not None:
            facts.append((tr("display.threshold"), f"{self.threshold:.2f}"))
        return facts


def label_map(source: Path | IO[bytes]) -> NDArray[np.uint8]:
    """The label map in a PNG, of shape (height, width).

    Raises:
        UserError: It is gone or damaged.
    """
    from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
    from paddlex_nb.data.images.tile_reader import most_pixels

    try:
        with open_image(source, most_pixels()) as image:
            return np.asarray(image, np.uint8)
    except DECODE_ERRORS as error:
        reason = str(error) or type(error).__name__
        path = source if isinstance(source, Path) else "–"
        raise UserError("display.no_image", path=path, reason=reason) from error


def _prediction(entry: Mapping[str, Any], classes: list[str]) -> Prediction:
    error, mask = entry.get("error"), entry.get("mask")
    return Prediction(
        path=Path(entry["path"]),
        error=None if error is None else Message(error["key"], error.get("values", {})),
        class_name=entry.get("class"),
        score=entry.get("score"),
        top=[ClassScore(one["class"], one["score"]) for one in entry.get("top5", ())],
        objects=[_object(found) for found in entry.get("objects", ())],
        areas=[ClassArea(a["class"], a["class_id"], a["share"]) for a in entry.get("areas", ())],
        mask_path=None if mask is None else Path(mask),
        classes=classes,
        best_below=entry.get("best_below"),
    )


def _object(entry: Mapping[str, Any]) -> PredictedObject:
    x, y, width, height = map(float, entry["box"])
    return PredictedObject(
        class_name=entry["class"],
        class_id=entry["class_id"],
        score=entry["score"],
        box=(x, y, width, height),
        rle=entry.get("mask"),
        stored_outlines=list(entry.get("polygons", ())),
    )


def _records(one: Prediction) -> Iterable[dict[str, Any]]:
    path = str(one.path)
    if one.class_name is not None:
        yield {"path": path, "class": one.class_name, "score": one.score}
    for predicted in one.objects:
        sides = zip(("x", "y", "width", "height"), predicted.box, strict=True)
        yield {"path": path, "class": predicted.class_name, "score": predicted.score, **dict(sides)}
    for area in one.areas:
        yield {"path": path, "class": area.class_name, "share": area.share}
