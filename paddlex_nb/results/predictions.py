"""What a model says about images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from typing_extensions import Self

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.tables import columns, data_frame
from paddlex_nb.display.text import table
from paddlex_nb.results.base import ModelResult, origin_fields
from paddlex_nb.results.predicted import ClassArea, ClassScore, PredictedObject
from paddlex_nb.results.prediction import Prediction

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20
"""Images that are shown; all of them are in `Predictions.to_pandas`."""


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
