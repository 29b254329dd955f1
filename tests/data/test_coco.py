"""COCO files: read by columns and in chunks, with the same result as one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paddlex_nb.core.task import Task
from paddlex_nb.data.checks.outlines import clean_outlines
from paddlex_nb.data.formats.coco import chunks as coco_chunks
from paddlex_nb.data.formats.coco import file as coco_file
from paddlex_nb.data.formats.coco import irregular as coco_irregular
from paddlex_nb.data.formats.coco import objects as coco_objects
from paddlex_nb.data.formats.coco.reader import Coco
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.scan import scan

from .told import Told

ANNOTATION = {
    "id": 1,
    "image_id": 7,
    "category_id": 3,
    "bbox": [1, 2, 3, 4],
    "segmentation": [[1, 1, 9, 1, 9, 5]],
    "area": 12.5,
    "iscrowd": 0,
}
ODD = [
    {"image_id": "7"},
    {"image_id": 7.0},
    {"image_id": 7.3},
    {"image_id": 99},
    {"image_id": 2**60},
    {"image_id": "9" * 5000},
    {"category_id": None},
    {"category_id": 8},
    {"id": None},
    {"id": "a"},
    {"id": 2**70},
    {"bbox": None},
    {"bbox": []},
    {"bbox": [1, 2, 3]},
    {"bbox": [1, 2, None, 4]},
    {"bbox": [1, 2, 3, float("inf")]},
    {"bbox": [1e308, 1e308, 1e308, 1e308]},
    {"bbox": [float("nan"), 2, 3, 4]},
    {"bbox": "wide"},
    {"area": float("inf")},
    {"area": float("nan")},
    {"iscrowd": True},
    {"iscrowd": 0.0},
    {"iscrowd": 1.0},
    {"iscrowd": "1"},
    {"iscrowd": None},
    {"image_id": "7.0"},
    {"category_id": "3"},
    {"id": 0.5},
    {"bbox": ["1", "2", 3, 4]},
    {"bbox": ["x", 2, 3, 4]},
    {"area": "12"},
    {"area": None},
    {"area": [1]},
    {"segmentation": [["1", 1, 9, 1, 9, 5]]},
    {"iscrowd": "often"},
    {"segmentation": []},
    {"segmentation": [[]]},
    {"segmentation": [[1, 2, 3]]},
    {"segmentation": [[1, 2, None, 4, 5, 6]]},
    {"segmentation": [[1, 2, "x", 4, 5, 6], [1, 1, 9, 1, 9, 5]]},
    {"segmentation": [[1, 1, 9, 1, 9, 5], [2, 2, 4, 2, 4, 4]]},
    {"segmentation": [1, 1, 9, 1, 9, 5]},
    {"segmentation": None},
    {"segmentation": {"size": [4, 4], "counts": [5, 2, 9]}},
    {"segmentation": {"size": [4, 4], "counts": "wrong"}},
    {"attributes": [{"of": 1}, {"of": 2}]},
    {"caption": '}], "x": [{"a": 1}, {"b": "'},
]


def file_of(annotations: list[Any], **layout: Any) -> str:
    names = [{"id": 7, "file_name": "7.jpg"}, {"id": 2**60, "file_name": "8.jpg"}]
    classes = [{"id": 3, "name": "b"}, {"id": 1, "name": "a"}]
    whole = {"images": names, "annotations": annotations, "categories": classes}
    return json.dumps(whole, **layout)


def read(folder: Path, text: str, task: Task = Task.INSTANCE_SEGMENTATION) -> tuple[Draft, Told]:
    (folder / "images").mkdir(exist_ok=True)
    for name in "78":
        (folder / f"images/{name}.jpg").touch()
    (folder / "annotations.json").write_text(text, encoding="utf-8")
    told = Told()
    return Coco(task).read(scan(folder, told), told), told


def as_plain(draft: Draft, told: Told) -> dict[str, Any]:
    objects = draft.objects
    findings = sorted((f.file, f.place, f.code, str(f.values)) for f in told.findings)
    rows = range(len(objects))
    return {
        "image": objects.image.tolist(),
        "class": objects.class_id.tolist(),
        "boxes": objects.boxes.tolist(),
        "crowd": objects.crowd.tolist(),
        "number": objects.number.tolist(),
        "outlines": [objects.outlines.of_object(row) for row in rows],
        "findings": findings,
    }


def one_by_one(folder: Path, text: str, task: Task) -> dict[str, Any]:
    def refused(*_: Any, **__: Any) -> None:
        raise ValueError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coco_file, "read_columns", refused)
        return as_plain(*read(folder, text, task))


def numbered(changes: list[dict[str, object]]) -> list[dict[str, object]]:
    return [ANNOTATION | {"id": place} | change for place, change in enumerate(changes)]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.sampled_from([{}, {}, *ODD]), max_size=12),
    layout=st.sampled_from([{}, {"indent": 2}, {"separators": (",", ":")}]),
    size=st.sampled_from([1, 300, 1 << 18]),
    task=st.sampled_from([Task.INSTANCE_SEGMENTATION, Task.DETECTION]),
)
def test_columns_say_what_one_by_one_says(
    tmp_path: Path,
    changes: list[dict[str, object]],
    layout: dict[str, Any],
    size: int,
    task: Task,
) -> None:
    text = file_of(numbered(changes), **layout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coco_chunks, "_SIZE", size)
        assert as_plain(*read(tmp_path, text, task)) == one_by_one(tmp_path, text, task)


@pytest.mark.parametrize("change", ODD, ids=str)
def test_each_oddity_alone(tmp_path: Path, change: dict[str, object]) -> None:
    text = file_of(numbered([{}, change, {}]))
    for task in (Task.INSTANCE_SEGMENTATION, Task.DETECTION):
        columns = as_plain(*read(tmp_path, text, task))
        assert columns == one_by_one(tmp_path, text, task)
        assert {0, 2} <= set(columns["number"])


def test_sound_annotations_are_not_decoded_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    irregular_objects = coco_irregular.irregular_objects

    def watched(annotations: Any, *more: Any, **named: Any) -> Any:
        items = list(annotations)
        seen.extend(row for row, _ in items)
        return irregular_objects(items, *more, **named)

    monkeypatch.setattr(coco_objects, "irregular_objects", watched)
    monkeypatch.setattr(coco_chunks, "_SIZE", 400)
    text = file_of(numbered([{}, {}, {"iscrowd": 1}, {"bbox": None}, {}, {}]))
    draft, told = read(tmp_path, text)
    assert seen == [3]
    assert draft.objects.number.tolist() == list(range(6))
    assert draft.objects.crowd.tolist() == [False, False, True, False, False, False]
    assert not told.findings


@pytest.mark.parametrize("ids", [["a", "b"], ["7", "8"], [2**60 + 1, 2**60 + 2]], ids=str)
def test_ids_that_are_texts_or_huge(tmp_path: Path, ids: list[object]) -> None:
    names = [{"id": id_, "file_name": f"{n}.jpg"} for id_, n in zip(ids, (7, 8), strict=True)]
    annotations = [ANNOTATION | {"id": n, "image_id": ids[n % 2]} for n in range(4)]
    classes = [{"id": 3, "name": "b"}]
    text = json.dumps({"annotations": annotations, "images": names, "categories": classes})
    draft, told = read(tmp_path, text)
    assert [draft.images[row].path[-5] for row in draft.objects.image] == ["7", "8", "7", "8"]
    assert not told.findings


def test_doubled_ids_are_reported_where_they_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coco_chunks, "_SIZE", 1)
    ids = [5, 4, 5, "x", 4, "x", 5, "y"]
    text = file_of([ANNOTATION | {"id": id_} for id_ in ids])
    draft, told = read(tmp_path, text)
    assert len(draft.objects) == len(ids)
    assert sorted((f.place, f.values["id"]) for f in told.findings) == [
        ("annotations[2]", 5),
        ("annotations[4]", 4),
        ("annotations[5]", "x"),
        ("annotations[6]", 5),
    ]


def test_other_lists_of_that_name_are_not_taken(tmp_path: Path) -> None:
    info = {"annotations": [{"id": 1, "note": "not these"}]}
    text = json.dumps({"info": info} | json.loads(file_of(numbered([{}, {}]))))
    draft, told = read(tmp_path, text)
    assert draft.objects.number.tolist() == [0, 1]
    assert not told.findings


@pytest.mark.parametrize(
    "text",
    [
        '{"images": [%s], "annotations": [\n%s\n],\n"categories": [%s]}',
        '{"images": [%s], "annotations": [%s\n], "categories": [ %s]}',
        '{"annotations_of": [{"annotations": [{"id": 1}]}], "images": [%s], "annotations": [%s ],'
        ' "categories": [%s]}',
        '{"images": [%s], "annotations": [{"id": 5}], "annotations": [%s], "categories": [%s]}',
    ],
)
def test_the_end_of_the_annotations_is_found_in_any_layout(tmp_path: Path, text: str) -> None:
    whole = json.loads(file_of(numbered([{}, {"category_id": 1}])))
    parts = [whole[name] for name in ("images", "annotations", "categories")]
    inside = (",\n".join(map(json.dumps, part)) for part in parts)
    draft, told = read(tmp_path, text % tuple(inside))
    assert draft.classes == ["a", "b"]
    assert draft.objects.class_id.tolist() == [1, 0]
    assert not told.findings


@pytest.mark.parametrize(
    "text",
    [
        '{"info": {"annotations": [%s]}, "images": [%s], "annotations": []}',
        '{"annotations": [%s], "images": [%s], "annotations": []}',
    ],
)
def test_annotations_of_elsewhere_are_not_taken(tmp_path: Path, text: str) -> None:
    image = {"id": 7, "file_name": "7.jpg"}
    draft, told = read(tmp_path, text % (json.dumps(ANNOTATION), json.dumps(image)))
    assert len(draft.images) == 1
    assert not len(draft.objects)
    assert told.codes() == {"not_listed"}


def test_names_that_are_not_utf_8_are_kept(tmp_path: Path) -> None:
    text = json.dumps(json.loads(file_of([ANNOTATION])), ensure_ascii=False)
    text = text.replace('"name": "b"', '"name": "缺陷"')
    (tmp_path / "images").mkdir()
    (tmp_path / "images/7.jpg").touch()
    (tmp_path / "annotations.json").write_bytes(text.encode("gb18030"))
    told = Told()
    draft = Coco(Task.DETECTION).read(scan(tmp_path, told, "gb18030"), told)
    assert draft.classes == ["a", "缺陷"]
    assert draft.objects.class_id.tolist() == [1]
    assert "malformed_json" not in told.codes()


def test_one_annotation_that_is_no_json_is_reported_alone(tmp_path: Path) -> None:
    text = file_of(numbered([{}, {"bbox": None}, {}])).replace('"iscrowd": 0}', '"iscrowd": 0,}', 1)
    draft, told = read(tmp_path, text)
    assert draft.objects.number.tolist() == [0, 2]
    assert [(f.code, f.place) for f in told.findings] == [("malformed_json", "annotations[1]")]


def test_a_text_that_is_not_closed_takes_no_time() -> None:
    text = '{"caption": "' + '\\"' * 1_000_000
    assert coco_chunks.repaired(text) == text


def test_annotations_broken_off_are_a_finding(tmp_path: Path) -> None:
    text = file_of(numbered([{}, {}])).replace('"area": 12.5', '"area": 12.', 1)
    assert read(tmp_path, text)[1].codes() == {"malformed_json", "not_listed"}


def test_outlines_can_be_moved_when_images_are_in_order(tmp_path: Path) -> None:
    draft, told = read(tmp_path, file_of(numbered([{}, {}])))
    sizes = np.full((len(draft.images), 2), 8, np.int32)
    clean_outlines(draft, draft.objects, sizes, told)
    points = draft.objects.outlines.points
    assert points.tolist() == [[1, 1], [8, 1], [8, 5]] * 2
    assert points.dtype == np.float32


def test_an_image_that_is_listed_twice_keeps_all_its_labels(tmp_path: Path) -> None:
    whole = json.loads(file_of(numbered([{}, {"image_id": 8}])))
    whole["images"] = [{"id": 7, "file_name": "7.jpg"}, {"id": 8, "file_name": "7.jpg"}]
    draft, told = read(tmp_path, json.dumps(whole))
    assert draft.objects.image.tolist() == [0, 0]
    assert [(f.code, f.place) for f in told.findings] == [
        ("listed_again", "images[1]"),
        ("not_listed", ""),
    ]


def test_images_that_no_file_lists_are_noted(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/other.jpg").touch()
    _, told = read(tmp_path, file_of(numbered([{}])))
    assert [(f.code, f.values["example"]) for f in told.findings] == [
        ("not_listed", "images/other.jpg")
    ]


def test_category_names_may_be_numbers(tmp_path: Path) -> None:
    whole = json.loads(file_of(numbered([{}, {"category_id": 1}])))
    whole["categories"] = [{"id": 3, "name": 3}, {"id": 1, "name": 1}]
    draft, _ = read(tmp_path, json.dumps(whole))
    assert draft.classes == ["1", "3"]
    assert draft.objects.class_id.tolist() == [1, 0]


@pytest.mark.parametrize("block", range(1, 9))
def test_the_end_of_the_annotations_is_found_wherever_blocks_end(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(coco_chunks, "_BLOCK", block)
    data = b'{"annotations": [{"a": [1], "b": 2}, {"a": [2]}], "categories": [{"id": 1}]}'
    rest, chunks = coco_chunks.cut_out(data)
    assert rest == b'{"annotations": ["cut out"], "categories": [{"id": 1}]}'
    assert b"".join(chunks[0]) == b'{"a": [1], "b": 2}, {"a": [2]}'
    assert coco_chunks.cut_out(b'{"annotations": [{"a": 1}') == (b'{"annotations": [{"a": 1}', [])
