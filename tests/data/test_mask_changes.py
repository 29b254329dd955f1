"""Changes of what the values of masks mean count wherever masks are read; the files stay."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.i18n import LANGUAGES
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import (
    Change,
    Exclude,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    history,
    make,
    undo,
)
from paddlex_nb.data.edits.fixes import fix, fixes
from paddlex_nb.data.explore.statistics import statistics
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.split_file import read_splits, split_counts
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.writers import WRITERS, Content
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.images.layers import truth
from paddlex_nb.widgets.parts.pictures import NOTHING

from .conftest import MakeImage
from .in_process import imported, update
from .one_by_one import same_one_by_one
from .settled import settle
from .summaries import digests, facts, same

CLASSES = ["sky", "road", "Road", "car", "tree"]
ROWS = [[0, 1, 9], [0, 2, 9], [0, 1, 2], [0, 4, 9], [1, 4, 255], [0, 0, 9]]
"""Values of the masks, each a third of it; 9 is of no class, 3 (car) nowhere."""


def write(folder: Path, make_image: MakeImage, number: int) -> None:
    make_image(folder / f"images/{number}.jpg", seed=number)
    path = folder / f"masks/{number}.png"
    path.parent.mkdir(exist_ok=True)
    column = np.repeat(np.array(ROWS[number % len(ROWS)], np.uint8), 16)
    Image.fromarray(np.tile(column, (40, 1))).save(path)


@pytest.fixture
def street(tmp_path: Path, make_image: MakeImage) -> Path:
    """Six images, whose masks have three stripes each."""
    for number in range(len(ROWS)):
        write(tmp_path / "set", make_image, number)
    (tmp_path / "set/labels.txt").write_text("\n".join(CLASSES))
    return imported(tmp_path / "w", tmp_path / "set")[0]


def stripes(folder: Path) -> list[list[str]]:
    """The classes of the stripes of each image, by name."""
    view = DatasetView(folder)
    names = {**dict(enumerate(view.classes)), 255: "–"}
    maps = [view.label_map(row) for row in range(len(view))]
    return [[names[value] for value in m[20, 8::16].tolist()] for m in maps]


def present(folder: Path) -> list[set[str]]:
    view = DatasetView(folder)
    rows = {name: view.having(number) for number, name in enumerate(view.classes)}
    return [{name for name, with_it in rows.items() if row in with_it} for row in range(len(view))]


def consistent(folder: Path) -> None:
    """What the index, the statistics and the written masks say is what the masks say."""
    seen = stripes(folder)
    assert present(folder) == [set(row) - {"–"} for row in seen]
    every = [name for row in seen for name in row if name != "–"]
    shares = statistics(folder, colours=True).pixels
    assert list(shares) == DatasetView(folder).classes
    for name, share in shares.items():
        assert share == pytest.approx(every.count(name) / len(every), abs=1e-5)
    counts = split_counts(folder).classes
    for name in DatasetView(folder).classes:
        assert sum(counts[name].values()) == sum(name in row for row in seen)


def summary(folder: Path) -> dict[str, Any]:
    return {
        "stripes": stripes(folder),
        "present": present(folder),
        "classes": read_json(folder / "dataset.json", DatasetRecord).classes,
        "statistics": msgspec.to_builtins(statistics(folder, colours=True)),
    }


CHANGES: list[tuple[Change, list[str], list[str]]] = [
    (MergeClasses([("Road", "road")]), ["sky", "road", "car", "tree"], ["sky", "road", "–"]),
    (MergeClasses([("sky", "Road")]), ["road", "Road", "car", "tree"], ["Road", "Road", "–"]),
    (RemoveClasses(["car"]), ["sky", "road", "Road", "tree"], ["sky", "Road", "–"]),
    (RemapMasks([(9, "void")]), [*CLASSES, "void"], ["sky", "Road", "void"]),
    (RemapMasks([(9, "car"), (2, "")]), CLASSES, ["sky", "–", "car"]),
]


@pytest.mark.parametrize(("change", "classes", "second"), CHANGES)
def test_they_count_everywhere_and_are_undone(
    street: Path, tmp_path: Path, change: Change, classes: list[str], second: list[str]
) -> None:
    before, files = summary(street), digests(tmp_path / "set")
    consistent(street)
    make(street, change)
    assert DatasetView(street).classes == classes
    assert stripes(street)[1] == second
    consistent(street)
    for name in ("masks", "labelme", "coco"):
        WRITERS[Task.SEGMENTATION][name](Content(street), tmp_path / name)
        again, _ = imported(tmp_path / f"{name}-again", tmp_path / name, task="segmentation")
        if name == "masks":
            assert DatasetView(again).classes == classes
            assert same(facts(again), facts(street))
    undo(street)
    assert summary(street) == before
    assert digests(tmp_path / "set") == files


def test_they_follow_one_another(street: Path) -> None:
    make(street, RemapMasks([(9, "void")]))
    make(street, MergeClasses([("Road", "road"), ("void", "sky")]))
    make(street, RemoveClasses(["car"]))
    assert DatasetView(street).classes == ["sky", "road", "tree"]
    assert stripes(street)[:2] == [["sky", "road", "sky"], ["sky", "road", "sky"]]
    consistent(street)
    undo(street, 2)
    assert DatasetView(street).classes == ["sky", "road", "Road", "tree", "void"]
    assert stripes(street)[1] == ["sky", "Road", "void"]
    consistent(street)


NAME = st.sampled_from([*CLASSES, "void", "kerb"])
CHANGE: st.SearchStrategy[Change] = st.one_of(
    st.builds(MergeClasses, st.lists(st.tuples(NAME, NAME), max_size=2)),
    st.builds(RemoveClasses, st.lists(NAME, max_size=1)),
    st.builds(RemapMasks, st.lists(st.tuples(st.integers(0, 10), NAME | st.just("")), max_size=3)),
    st.builds(Exclude, st.lists(st.integers(0, 5), min_size=1, max_size=2)),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(chosen=st.lists(CHANGE, max_size=10))
def test_one_by_one_is_as_from_the_beginning(street: Path, chosen: list[Change]) -> None:
    same_one_by_one(street, CLASSES, Task.SEGMENTATION, chosen)


def test_what_cannot_be_is_refused(street: Path) -> None:
    make(street, RemapMasks([(9, "void")]))
    before = summary(street)
    for change, code in (
        (RemapMasks([(255, "void")]), "data.mask_value"),
        (RemapMasks([(-1, "void")]), "data.mask_value"),
        (RemapMasks([(n, str(n)) for n in range(255)]), "data.too_many_classes"),
        (RemoveClasses(["void"]), "data.class_in_use"),
        (RemoveClasses(["sky"]), "data.class_in_use"),
        (MergeClasses([(name, "sky") for name in [*CLASSES[1:], "void"]]), "data.one_class_left"),
    ):
        with pytest.raises(UserError) as told:
            make(street, change)
        assert told.value.code == code
        for language in LANGUAGES:
            assert "{" not in told.value.message.text(language)
    assert summary(street) == before


def test_findings_are_fixed(street: Path) -> None:
    offered = fixes(street)
    assert set(offered) == {"similar_class_names", "unused_class", "void_value"}
    assert "9 → void" in offered["void_value"].message.text()
    for code in offered:
        fix(street, code)
    assert DatasetView(street).classes == ["sky", "road", "tree", "void"]
    assert all(m.made for m in fixes(street).values())
    consistent(street)
    for entry in history(street).entries:
        Dataset(street).edits.undo(entry.number)
    assert stripes(street)[1] == ["sky", "Road", "–"]


def test_a_run_keeps_the_meaning_that_it_was_trained_with(street: Path, tmp_path: Path) -> None:
    make(street, RemapMasks([(9, "void")]))
    version = settle(street).version
    run = tmp_path / "w/runs/r"
    write_json(run / "splits.json", msgspec.structs.replace(read_splits(street), version=version))
    make(street, MergeClasses([("void", "tree")]))
    make(street, Exclude([0]))
    view = DatasetView(street, "train", divided=run)
    assert view.classes == [*CLASSES, "void"]
    row = view.rows.tolist().index(next(r for r in view.rows.tolist() if 9 in ROWS[r]))
    assert 5 in view.label_map(row)


def test_they_are_made_again_after_an_update(
    street: Path, tmp_path: Path, make_image: MakeImage
) -> None:
    make(street, RemapMasks([(9, "void")]))
    make(street, MergeClasses([("Road", "road")]))
    write(tmp_path / "set", make_image, 7)
    (tmp_path / "set/images/2.jpg").unlink()
    (tmp_path / "set/masks/2.png").unlink()
    (tmp_path / "set/labels.txt").write_text("\n".join(["heaven", *CLASSES[1:]]))
    updated = update(street)
    assert (updated["added"], updated["lost"]) == (1, 1)
    assert stripes(street)[-1] == ["heaven", "road", "void"]
    assert len(DatasetView(street)) == len(ROWS)
    assert present(street) == [set(row) - {"–"} for row in stripes(street)]


def test_the_preview_shows_what_masks_mean_now(street: Path) -> None:
    def pixels() -> Any:
        with Image.open(io.BytesIO(truth(DatasetView(street), 1, 48).mask)) as picture:
            return np.asarray(picture)[20, 8::16].tolist()

    assert pixels() == [0, 2, NOTHING]
    make(street, RemapMasks([(9, "void")]))
    make(street, MergeClasses([("Road", "road")]))
    assert pixels() == [0, 1, 4]


def test_masks_that_were_made_offer_no_class_for_void(
    tmp_path: Path, make_image: MakeImage
) -> None:
    """Their values without class are all one: which of them a pixel had is not kept."""
    colours = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]], np.uint8)
    for number in range(6):
        make_image(tmp_path / f"set/images/{number}.jpg", seed=number)
        path = tmp_path / f"set/masks/{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(colours[np.tile(np.repeat([0, 1, 2], 16), (40, 1))]).save(path)
    (tmp_path / "set/class_dict.csv").write_text("name,r,g,b\nsky,0,0,0\nroad,255,0,0\n")
    folder, _ = imported(tmp_path / "w", tmp_path / "set")
    assert fixes(folder) == {}
    make(folder, RemapMasks([(1, "street")]))
    assert stripes(folder)[0] == ["sky", "street", "–"]
    consistent(folder)


def test_the_void_of_camvid_becomes_a_class(shared_data: Path, tmp_path: Path) -> None:
    folder, _ = imported(tmp_path / "w", shared_data / "segmentation/camvid")
    before = facts(folder)
    shares = statistics(folder, colours=True, sample=40).pixels
    offered = fixes(folder)["void_value"]
    assert offered.change == RemapMasks([(11, "void")])
    fix(folder, "void_value")
    view = DatasetView(folder)
    assert view.classes[11:] == ["void"]
    voids = view.having(11)
    assert len(voids) > 0.9 * len(view)
    with Image.open(view.masks[voids[0]]) as image:
        assert np.array_equal(view.label_map(int(voids[0])), np.asarray(image))
    after = statistics(folder, colours=True, sample=40).pixels
    assert after["void"] == pytest.approx(0.034, abs=0.03)
    assert after["Sky"] == pytest.approx(shares["Sky"] * (1 - after["void"]), abs=1e-5)
    WRITERS[Task.SEGMENTATION]["masks"](Content(folder), tmp_path / "out")
    again, result = imported(tmp_path / "again", tmp_path / "out")
    assert result["classes"] == view.classes
    assert "void_value" not in fixes(again)
    assert same(facts(again), facts(folder))
    undo(folder)
    assert same(facts(folder), before)


def test_an_index_from_before_masks_could_mean_something_else_is_read(street: Path) -> None:
    index = Index.load(street)
    shown = present(street)
    Index(index.images.drop_columns(["values"]), index.objects).save(street)
    assert present(street) == shown
    make(street, MergeClasses([("Road", "road")]))
    consistent(street)
