"""CVAT for video, written: what is read of it again is the same, frame by frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.cvat_video import CvatVideo
from paddlex_nb.data.source.scan import scan
from paddlex_nb.data.writers import WRITERS, Content
from paddlex_nb.data.writers.losses import losses

from .in_process import imported
from .layouts import objects, read, text
from .told import Told


def frames(root: Path, names: list[str], classes: int = 2) -> Path:
    """Boxes and outlines with attributes in CVAT's form for images; the second image has none."""
    shapes = (
        '<box label="c0" occluded="1" xtl="3.25" ytl="4" xbr="20.5" ybr="22" z_order="0">'
        '<attribute name="colour">deep &lt;red&gt;</attribute></box>'
        '<polygon label="c1" occluded="0" points="20,20;30,20;30,33.5" z_order="0">'
        '<attribute name="difficult">true</attribute></polygon>'
    )
    images = []
    for number, name in enumerate(names):
        file = root / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.effect_noise((48, 40), 20 + number).convert("RGB").save(file)
        inside = "" if number == 1 else shapes
        images.append(f'<image id="{number}" name="{name}" width="48" height="40">{inside}</image>')
    labels = "".join(f"<label><name>c{n}</name></label>" for n in range(classes))
    meta = f"<meta><job><labels>{labels}</labels></job></meta>"
    text(root / "annotations.xml", f"<annotations>{meta}{''.join(images)}</annotations>")
    return root


def labelled(folder: Path) -> list[Any]:
    """What is said of each picture, in their order."""
    content = Content(folder)
    return [
        [
            (o.name, [round(v, 2) for v in o.box], o.attributes, len(o.polygons))
            for o in content.objects(p)
        ]
        for p in sorted(content.pictures, key=lambda p: int(p.stem.rpartition("_")[2]))
    ]


@pytest.mark.parametrize("task", [Task.DETECTION, Task.INSTANCE_SEGMENTATION])
@pytest.mark.parametrize("count", [2, 12])
def test_objects_attributes_and_classes_are_the_same(
    tmp_path: Path, task: Task, count: int
) -> None:
    names = [f"cam_{7 * n + 2}.png" for n in range(count)]  # as text, 9 is behind 16
    first, _ = imported(tmp_path / "1", frames(tmp_path / "s", names), task=task.value)
    out = tmp_path / "out"
    WRITERS[task]["cvat_video"](Content(first), out)
    second, result = imported(tmp_path / "2", out, task=task.value)
    assert (result["format"], result["findings"]["error"]) == ("cvat_video", 0)
    assert result["classes"] == Content(first).classes
    assert labelled(second) == labelled(first)
    assert labelled(second)[1] == []  # nothing goes on into the next frame
    colours = [o[2].get("colour") for o in labelled(second)[0]]
    assert "deep <red>" in colours
    written = sorted(path.name for path in (out / "images").iterdir())
    assert written == [f"frame_{n:06d}.png" for n in range(count)]


def test_a_video_of_one_frame(tmp_path: Path) -> None:
    folder, _ = imported(
        tmp_path / "1", frames(tmp_path / "s", ["one.png", "two.png"]), task="detection"
    )
    content = Content(folder)
    content.pictures = content.pictures[:1]  # its name needs no number
    WRITERS[Task.DETECTION]["cvat_video"](content, tmp_path / "out")
    again = read(tmp_path / "out", Told(), Task.DETECTION)
    assert again.detected.format.name == "cvat_video"
    assert [len(boxes) for boxes in objects(again).values()] == [2]


def test_tracks_behind_very_many_classes_are_found(tmp_path: Path) -> None:
    source = frames(tmp_path / "s", ["a_1.png", "a_2.png"], classes=2_000)
    first, _ = imported(tmp_path / "1", source, task="detection")
    WRITERS[Task.DETECTION]["cvat_video"](Content(first), tmp_path / "out")
    assert CvatVideo(Task.DETECTION).files(scan(tmp_path / "out", Told())) == ["annotations.xml"]
    second, result = imported(tmp_path / "2", tmp_path / "out", task="detection")
    assert result["format"] == "cvat_video"
    assert labelled(second)[0]


def test_images_that_are_no_video_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder, _ = imported(tmp_path / "1", frames(tmp_path / "s", ["a_1.png", "b_2.png"]))
    with pytest.raises(UserError) as error:
        losses(Content(folder), "cvat_video")
    assert error.value.code == "data.export_video_names"
    names = set(error.value.message.values.values())
    assert names == {"a_1.png", "b_2.png"}
    other = frames(tmp_path / "t", ["a_1.png", "a_2.png"])
    Image.new("RGB", (50, 40)).save(other / "images" / "a_2.png")
    folder, _ = imported(tmp_path / "2", other)
    with pytest.raises(UserError) as error:
        losses(Content(folder), "cvat_video")
    assert error.value.code == "data.export_video_sizes"
    assert "50 x 40" in str(error.value)


def test_new_names_and_the_split_are_said(tmp_path: Path) -> None:
    names = [f"a_{n}.png" for n in range(12)]
    folder, _ = imported(tmp_path / "1", frames(tmp_path / "s", names))
    assert [one.key for one in losses(Content(folder), "cvat_video")] == [
        "data.export_loss.names",
        "data.export_loss.split",
    ]


def test_what_is_said_of_a_whole_track_counts_in_each_frame(tmp_path: Path) -> None:
    """CVAT writes attributes that cannot change beside the shapes."""
    source = frames(tmp_path / "s", ["f_0.png", "f_1.png"])
    shapes = "".join(
        f'<box frame="{n}" keyframe="1" outside="0" occluded="0" '
        f'xtl="1" ytl="1" xbr="9" ybr="{9 + n}"><attribute name="moving">{n}</attribute></box>'
        for n in range(2)
    )
    track = f'<track id="0" label="c0">{shapes}<attribute name="make">Audi</attribute></track>'
    text(source / "annotations.xml", f"<annotations>{track}</annotations>")
    folder, result = imported(tmp_path / "1", source)
    said = [one[0][2] for one in labelled(folder)]
    assert [(one["make"], one["moving"]) for one in said] == [("Audi", "0"), ("Audi", "1")]
    assert result["findings"]["info"] == 0
