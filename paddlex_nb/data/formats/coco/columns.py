"""COCO annotations in columns, as far as they are as the format wants them.

DuckDB decodes their JSON on all cores without an object for each: there may be a million. It turns
what has another type into NULL, and text of a number into the number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.data.formats.coco.chunks import Chunk, json_of
from paddlex_nb.data.store.arrow import column, numbers
from paddlex_nb.data.store.attributes import ObjectAttributes
from paddlex_nb.data.store.object_table import Outlines
from paddlex_nb.hosts.processor import cores

_CHUNKS = pa.schema([("chunk", pa.int32()), ("list", pa.large_string())])
_TYPES = {
    "id": "DOUBLE",  # as BIGINT 5.7 would be taken for 6
    "image_id": "DOUBLE",
    "category_id": "DOUBLE",
    "bbox": "DOUBLE[]",
    "area": "DOUBLE",
    "attributes": "JSON",
    "iscrowd": "VARCHAR",  # so that what is missing differs from what is no number
}
CROWD, NO_CROWD = ("1", "true", "1.0"), ("0", "false", "0.0")
"""What ``iscrowd`` may be."""

EXACT = 2**53
"""Below this, float64 tells all whole numbers apart."""

_OUTLINE = {"segmentation": "FLOAT[][]"}

_QUERY = """
    SELECT
        chunk,
        coalesce(image_id, 'nan') AS image_id,
        coalesce(category_id, 'nan') AS category_id,
        coalesce(id, 'nan') AS id,
        coalesce(bbox[1], 'nan') AS x,
        coalesce(bbox[2], 'nan') AS y,
        coalesce(bbox[3], 'nan') AS w,
        coalesce(bbox[4], 'nan') AS h,
        coalesce(iscrowd, '0') IN {crowd} AS crowd,
        coalesce(len(bbox), 0) <> 4
            OR coalesce(try_cast(json_extract_string(attributes, '$.rotation') AS DOUBLE), 0) <> 0
            OR coalesce(isinf(area), false)
            OR coalesce(iscrowd, '0') NOT IN {known} AS irregular,
        attributes,
        {outline}
    FROM (SELECT chunk, unnest(from_json(list, '{types}'), recursive := true) FROM chunks)
"""


class Columns(msgspec.Struct):
    """Annotations, a row each.

    Attributes:
        chunk: What they are from, int32 of shape (annotations,), as all but the boxes.
        id: float64, exact below `EXACT`; NaN where there is none or it is no number.
        image_id: Likewise.
        category_id: Likewise.
        boxes: Left, top, right, bottom, float64 of shape (annotations, 4); not finite if not known.
        crowd: bool.
        irregular: Something is not as the format wants it, bool.
        outlines: The polygons; none of irregular ones.
        attributes: What else is said of each.
    """

    chunk: NDArray[np.int32]
    id: NDArray[np.float64]
    image_id: NDArray[np.float64]
    category_id: NDArray[np.float64]
    boxes: NDArray[np.float64]
    crowd: NDArray[np.bool_]
    irregular: NDArray[np.bool_]
    outlines: Outlines
    attributes: ObjectAttributes


def read_columns(chunks: Sequence[Chunk], *, outlined: bool) -> Columns:
    """The annotations, in their order.

    Args:
        chunks: Their JSON.
        outlined: Read the outlines too, not only the boxes.

    Raises:
        ValueError: Something in them is no JSON, or they need more memory than there is.
    """
    import duckdb  # not in the kernel, which knows the formats too

    # nothing but what it is given: no files, no extensions from the network
    config: dict[str, str | bool | int | float | list[str]]
    config = {"threads": cores(), "enable_external_access": False, "temp_directory": ""}
    types = json.dumps([_TYPES | (_OUTLINE if outlined else {})])
    outline = "segmentation" if outlined else "NULL"
    query = _QUERY.format(
        outline=f"{outline} AS segmentation", types=types, crowd=CROWD, known=CROWD + NO_CROWD
    )
    try:
        with duckdb.connect(config=config) as base:
            batches = (_batch(number, chunk) for number, chunk in enumerate(chunks))
            base.register("chunks", pa.RecordBatchReader.from_batches(_CHUNKS, batches))
            table = base.sql(query).to_arrow_table().combine_chunks()
    except (duckdb.Error, pa.ArrowException) as error:
        raise ValueError(str(error)) from error

    def get(name: str) -> NDArray[Any]:
        return numbers(table[name])

    irregular = get("irregular")
    outlines = Outlines.none(len(irregular))
    if outlined and len(irregular):
        outlines, malformed = _outlines(table["segmentation"].chunk(0))
        irregular |= malformed
    boxes = np.column_stack([get(name) for name in "xywh"])
    with np.errstate(over="ignore"):
        boxes[:, 2:] += boxes[:, :2]
    return Columns(
        get("chunk"),
        get("id"),
        get("image_id"),
        get("category_id"),
        boxes,
        get("crowd"),
        irregular,
        outlines,
        ObjectAttributes.from_json(table["attributes"].combine_chunks()),
    )


def _batch(number: int, chunk: Chunk) -> pa.RecordBatch:
    text = json_of(chunk)
    buffers = [None, pa.py_buffer(np.array([0, len(text)])), pa.py_buffer(text)]
    lists = pa.Array.from_buffers(pa.large_string(), 1, buffers)
    return pa.record_batch([column(np.array([number])), lists], schema=_CHUNKS)


def _outlines(lists: pa.ListArray) -> tuple[Outlines, NDArray[np.bool_]]:
    """The polygons of some annotations, and which of these have no outline or a malformed one."""
    points, polygons, objects = _flat(lists)
    length = np.diff(polygons)
    unusable = (length == 0) | (length % 2 == 1) | (length == 2)  # a corner is no polygon
    unknown = np.flatnonzero(~np.isfinite(points))
    unusable[np.searchsorted(polygons, unknown, "right") - 1] = True
    malformed = numbers(lists.is_null())
    malformed[np.searchsorted(objects, np.flatnonzero(unusable), "right") - 1] = True
    if malformed.any():
        points, polygons, _ = _flat(lists.filter(column(~malformed)))
        objects = np.append(0, np.cumsum(np.where(malformed, 0, np.diff(objects))))
    return Outlines(points.reshape(-1, 2), polygons // 2, objects), malformed


def _flat(
    lists: pa.ListArray,
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """All numbers (NaN for none), where each polygon starts, where each annotation does."""
    inner = lists.flatten()
    return _filled(inner.flatten(), math.nan), _starts(inner), _starts(lists)


def _starts(lists: pa.ListArray) -> NDArray[np.int64]:
    return np.append(0, np.cumsum(_filled(lists.value_lengths(), 0), dtype=np.int64))


def _filled(values: pa.Array, missing: float) -> NDArray[Any]:
    # filling copies, even where nothing is missing
    return numbers(values.fill_null(missing) if values.null_count else values)
