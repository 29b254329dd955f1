"""Predicting large images by tiles: what is merged is what the whole image shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from training.fixtures import Bench

from evaluation.cut_photos import cut, photo_set, scattered
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.tile_maps import MapMerger
from paddlex_nb.data.images.tiles import Tile, Tiling
from paddlex_nb.data.store.coco_masks import decode, encode
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.evaluation.merge_tiles import merge_objects
from paddlex_nb.suites import fakes
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.workspace import Workspace


def in_order(objects: Objects) -> list[tuple[float, ...]]:
    return sorted(
        (round(score, 9), kind, *map(float, box))
        for score, kind, box in zip(
            objects.score.tolist(), objects.class_id.tolist(), objects.xyxy.tolist(), strict=True
        )
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("side", [(4, 20), (10, 180)], ids=["small", "up to nearly two tiles"])
def test_cut_and_merged_the_objects_are_the_same(seed: int, side: tuple[int, int]) -> None:
    width, height = 700, 450
    truth = scattered(width, height, 60, side, seed)
    tiles = Tiling(100, 0.3).tiles(width, height)
    merged = merge_objects([(tile, cut(truth, tile)) for tile in tiles], width, height)
    assert in_order(merged) == in_order(truth)
    assert (np.diff(merged.score) <= 0).all()


def test_five_hundred_objects_of_a_photo_of_two_hundred_megapixels_are_quickly_merged() -> None:
    width, height = 20_000, 10_000
    truth = scattered(width, height, 500, (8, 100), 1)
    tiles = Tiling(640).tiles(width, height)
    cuts = [(tile, cut(truth, tile)) for tile in tiles]
    begin = time.monotonic()
    merged = merge_objects(cuts, width, height)
    assert time.monotonic() - begin < 10
    assert in_order(merged) == in_order(truth)
    assert len(merged) == 500


def test_masks_are_put_together() -> None:
    width, height = 300, 200
    truth = scattered(width, height, 12, (20, 120), 3)
    masks = []
    for left, top, right, bottom in truth.xyxy.astype(int).tolist():
        mask = np.zeros((height, width), np.uint8)
        mask[top:bottom, left:right] = 1
        mask[(top + bottom) // 2, left + 3 : right - 3] = 0  # a slit
        masks.append(encode(mask))
    truth = Objects.from_boxes(truth.xyxy, truth.class_id, score=truth.score, masks=masks)
    tiles = Tiling(100, 0.3).tiles(width, height)
    merged = merge_objects([(tile, cut(truth, tile)) for tile in tiles], width, height)
    assert in_order(merged) == in_order(truth)
    order = np.argsort(-truth.score)
    assert merged.masks is not None
    for code, row in zip(merged.masks, order.tolist(), strict=True):
        np.testing.assert_array_equal(decode(code), decode(masks[row]))


def test_neighbours_of_one_class_stay_two() -> None:
    """One in front of another, both in the area that two tiles share."""
    truth = Objects.from_boxes([[60, 10, 140, 90], [85, 30, 100, 50]], [0, 0], score=[0.9, 0.8])
    tiles = Tiling(120, 0.4).tiles(200, 100)
    merged = merge_objects([(tile, cut(truth, tile)) for tile in tiles], 200, 100)
    assert in_order(merged) == in_order(truth)


def test_what_is_seen_whole_counts_as_it_is_seen() -> None:
    tiles = [Tile(0, 0, 100, 100), Tile(60, 0, 160, 100)]
    whole = Objects.from_boxes([[62, 10, 90, 46]], [1], score=[0.6])
    other = Objects.from_boxes([[5, 8, 35, 44]], [1], score=[0.9])
    merged = merge_objects([(tiles[0], whole), (tiles[1], other)], 160, 100)
    assert in_order(merged) == [(0.9, 1, 65, 8, 95, 44)]


@pytest.mark.parametrize("scores", [(0.8, 0.3), (0.3, 0.8)])
def test_a_sliver_of_what_another_tile_sees_is_no_object(scores: tuple[float, float]) -> None:
    tiles = [Tile(0, 0, 100, 100), Tile(60, 0, 160, 100)]
    left = Objects.from_boxes([[30, 10, 70, 40]], [1], score=scores[:1])
    sliver = Objects.from_boxes([[0, 12, 4, 24]], [1], score=scores[1:])
    merged = merge_objects([(tiles[0], left), (tiles[1], sliver)], 160, 100)
    assert in_order(merged) == [(0.8, 1, 30, 10, 70, 40)]


def test_nothing_found_is_nothing_merged() -> None:
    none = Objects.from_boxes(np.zeros((0, 4)), [])
    assert len(merge_objects([(Tile(0, 0, 9, 9), none)], 20, 9)) == 0


@pytest.mark.parametrize("size", [(700, 450), (101, 640), (8, 8)])
@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.5])
def test_label_maps_are_put_together(size: tuple[int, int], overlap: float) -> None:
    width, height = size
    truth = np.random.default_rng(0).integers(0, 255, (height, width), dtype=np.uint8)
    tiles = Tiling(100, overlap).tiles(width, height)
    merger = MapMerger(tiles, width, height)
    for tile in tiles:
        part = truth[tile.top : tile.bottom, tile.left : tile.right].copy()
        if overlap:  # the edges, where a network sees least, are not taken
            part[:, :5][:, : 5 * (tile.left > 0)] = 255
        merger.add(tile, part)
    np.testing.assert_array_equal(merger.label_map, truth)


@pytest.mark.parametrize("task", ["detection", "instance_segmentation"])
def test_a_run_on_tiles_predicts_by_tiles(
    tmp_path: Path, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STEP_VARIABLE, "0")
    size = (330, 250)
    truth = photo_set(tmp_path / "s", task, size)
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(tmp_path / "s", task=task, tile=100, tile_overlap=0.3)
    assert dataset.record.tiles == Tiling(100, 0.3)
    run = workspace.train(dataset, f"fake_{task}", epochs=1)
    assert run.record.tiles == Tiling(100, 0.3)
    bench = Bench(workspace, dataset.id)

    def made_up(fake: Any, paths: Sequence[Path]) -> dict[str, Any]:
        """The truth of tiles, by their names; that of whole photos is nothing."""
        predicted, sizes = [], []
        for path in paths:
            with Image.open(path) as image:
                sizes.append(image.size)
            if path.suffix == ".bmp":
                left, top = map(int, path.stem.split("_"))
                part = cut(truth, Tile(left, top, left + 100, top + 100))
            else:
                part = cut(truth, Tile(-9, -9, -5, -5))
            made = fake._of(part.class_id, part.score, part.xywh, sizes[-1])
            predicted.append(made)
        return {"truth": predicted, "size": sizes}

    monkeypatch.setattr(fakes._Boxes, "made_up", made_up)
    monkeypatch.setattr(fakes._Boxes, "predict", lambda _self, data, _learnt: data["truth"])
    photos = sorted((tmp_path / "s" / "images").iterdir())
    small = tmp_path / "small.png"
    Image.new("RGB", (8, 8)).save(small)
    torn = tmp_path / "torn.png"
    torn.write_bytes(photos[0].read_bytes()[:9_000])
    paths = [str(p) for p in (photos[0], small, torn, *photos[1:])]
    result, _ = bench.job(run.folder, "predict", paths=paths, threshold=0.0)
    assert [p["path"] for p in result["predictions"]] == paths
    assert (result["tile"], result["tile_overlap"], result["failed"]) == (100, 0.3, 1)
    assert result["predictions"][2]["error"]["key"] == "training.unreadable_image"
    whole = sorted((o[1], *o[2:4]) for o in in_order(truth))
    for entry in (result["predictions"][0], *result["predictions"][3:]):
        boxes = sorted((o["class_id"], *o["box"][:2]) for o in entry["objects"])
        assert boxes == whole
        if task == "instance_segmentation":
            assert {tuple(o["mask"]["size"]) for o in entry["objects"]} == {size[::-1]}
    assert result["predictions"][1]["objects"] == []
    # not by tiles if that is asked for
    result, _ = bench.job(run.folder, "predict", paths=paths[:1], threshold=0.0, tile=0)
    assert (result["tile"], result["predictions"][0]["objects"]) == (None, [])


def test_label_maps_of_a_run_on_tiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STEP_VARIABLE, "0")
    source = tmp_path / "s"
    for name in ("JPEGImages", "Annotations"):
        (source / name).mkdir(parents=True)
    truth = np.zeros((150, 210), np.uint8)
    truth[20:90, 40:130], truth[100:, 7:] = 1, 2
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 99, (150, 210, 3), dtype=np.uint8)
        pixels[..., number % 3] += 30 * number
        Image.fromarray(pixels).save(source / "JPEGImages" / f"{number}.jpg")
        Image.fromarray(truth).save(source / "Annotations" / f"{number}.png")
    (source / "labels.txt").write_text("background\na\nb")
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(source, task="segmentation", tile=64)
    run = workspace.train(dataset, "fake_segmentation", epochs=1)

    def made_up(_fake: Any, paths: Sequence[Path]) -> dict[str, Any]:
        corners = (tuple(map(int, path.stem.split("_"))) for path in paths)
        return {"truth": [truth[top : top + 64, left : left + 64] for left, top in corners]}

    monkeypatch.setattr(fakes._Pixels, "made_up", made_up)
    monkeypatch.setattr(fakes._Pixels, "predict", lambda _self, data, _learnt: data["truth"])
    photo = str(source / "JPEGImages" / "0.jpg")
    result, _ = Bench(workspace, dataset.id).job(run.folder, "predict", paths=[photo])
    with Image.open(result["predictions"][0]["mask"]) as image:
        np.testing.assert_array_equal(np.asarray(image), truth)


def test_a_class_of_a_whole_image_is_not_predicted_by_tiles(
    bench: Bench, trained: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "a.png")
    with pytest.raises(UserError) as error:
        bench.job(trained, "predict", paths=[str(tmp_path)], tile=64)
    assert error.value.code == "evaluation.no_tiles"
