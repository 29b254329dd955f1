"""Predictions as files: drawn images, a table, JSON, COCO's format, label maps."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.palette import rgb
from paddlex_nb.core.spreadsheet import neutral
from paddlex_nb.results.new_folder import drafted, file_names

if TYPE_CHECKING:
    from paddlex_nb.results.prediction import Prediction
    from paddlex_nb.results.predictions import Predictions

DRAWN = "drawn"
MASKS = "masks"
TABLE = "predictions.csv"
JSON = "results.json"
COCO = "coco.json"

_COLUMNS = ("image", "class", "score", "x", "y", "width", "height", "share", "error")


def save_predictions(predictions: Predictions, out: Path) -> Path:
    """Write all that was predicted into a new folder, or into a zip of that name.

    Args:
        predictions: What was predicted.
        out: A folder that is not there or empty; with the suffix ``.zip``, an archive.

    Returns:
        ``out``.

    Raises:
        UserError: ``out`` is there already, or cannot be written.
    """
    with drafted(out) as draft:
        _write(predictions, draft)
        if out.suffix.lower() == ".zip":
            _pack(draft, out)
    return out


def _pack(folder: Path, out: Path) -> None:
    part = out.with_name(f"{folder.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                archive.write(file, file.relative_to(folder))
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _write(predictions: Predictions, folder: Path) -> None:
    names = file_names(one.path for one in predictions)
    text = json.dumps(predictions.to_dict(), ensure_ascii=False, indent=1)
    (folder / JSON).write_text(text, encoding="utf-8")
    # with a mark, so that spreadsheets read names in any language
    (folder / TABLE).write_text(_table(predictions), encoding="utf-8-sig", newline="")
    if predictions.threshold is not None:
        coco = json.dumps(_coco(predictions), ensure_ascii=False)
        (folder / COCO).write_text(coco, encoding="utf-8")
    for name, one in zip(names, predictions, strict=True):
        if one.error is None:
            _draw(one, folder, name)


def _draw(one: Prediction, folder: Path, name: str) -> None:
    from PIL import Image

    drawn = folder / DRAWN / f"{name}.jpg"
    drawn.parent.mkdir(exist_ok=True)
    Image.fromarray(one.draw()).save(drawn, quality=90)
    if (mask := one.mask()) is not None:
        file = folder / MASKS / f"{name}.png"
        file.parent.mkdir(exist_ok=True)
        # class numbers as they are, which a viewer shows in their colours
        picture = Image.fromarray(mask, "P")
        picture.putpalette([part for number in range(256) for part in rgb(number)])
        picture.save(file)


def _table(predictions: Predictions) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for one in predictions:
        for record in _records(one):
            writer.writerow({"image": neutral(str(one.path)), **record})
    return out.getvalue()


def _records(one: Prediction) -> Iterable[dict[str, Any]]:
    if one.error is not None:
        yield {"error": neutral(one.error.text())}
    elif one.class_name is not None:
        yield {"class": neutral(one.class_name), "score": _figure(one.score)}
    for found in one.objects:
        sides = zip(("x", "y", "width", "height"), map(_figure, found.box), strict=True)
        yield {"class": neutral(found.class_name), "score": _figure(found.score), **dict(sides)}
    for area in one.areas:
        yield {"class": neutral(area.class_name), "share": _figure(area.share)}


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _coco(predictions: Predictions) -> dict[str, Any]:
    """COCO's format, with scores; numbers of images count from 1, those of classes from 0."""
    from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image, shown_size
    from paddlex_nb.data.images.tile_reader import most_pixels

    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, one in enumerate(predictions, 1):
        entry: dict[str, Any] = {"id": number, "file_name": str(one.path)}
        if one.error is None:
            with suppress(*DECODE_ERRORS), open_image(one.path, most_pixels()) as image:
                entry["width"], entry["height"] = shown_size(image)
        images.append(entry)
        for found in one.objects:
            annotation: dict[str, Any] = {
                "id": len(annotations) + 1,
                "image_id": number,
                "category_id": found.class_id,
                "bbox": [*found.box],
                "area": found.box[2] * found.box[3],
                "score": found.score,
                "iscrowd": 0,
            }
            mask = found.mask()
            if found.rle is not None and mask is not None:
                annotation |= {"segmentation": found.rle, "area": int(mask.sum())}
            annotations.append(annotation)
    categories = [{"id": place, "name": name} for place, name in enumerate(predictions.classes)]
    return {"images": images, "annotations": annotations, "categories": categories}
