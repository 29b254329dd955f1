"""The scan of a folder."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.source.scan import scan

from .told import Told


def touch(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def test_junk_and_hidden_files_are_skipped(tmp_path: Path, told: Told) -> None:
    touch(
        tmp_path,
        "a/1.jpg",
        "a/._1.jpg",
        "a/Thumbs.db",
        "__MACOSX/a/1.jpg",
        ".ipynb_checkpoints/1.jpg",
        "labels.txt",
    )
    tree = scan(tmp_path, told)
    assert tree.files == ["a/1.jpg", "labels.txt"]
    assert tree.images == ["a/1.jpg"]
    assert not told.findings


def test_links_stay_inside_and_loops_end(tmp_path: Path, told: Told) -> None:
    root, outside = tmp_path / "set", tmp_path / "outside"
    touch(root, "a/1.jpg")
    touch(outside, "secret.jpg")
    (root / "a/same.jpg").symlink_to("1.jpg")
    (root / "a/up").symlink_to("..")
    (root / "a/self.jpg").symlink_to("self.jpg")
    (root / "a/out.jpg").symlink_to(outside / "secret.jpg")
    (root / "out").symlink_to(outside)
    (root / "gone.jpg").symlink_to("nowhere.jpg")
    assert scan(root, told).files == ["a/1.jpg", "a/same.jpg"]
    reported = {f.file: f.code for f in told.findings}
    assert reported == {
        "a/up": "symlink_loop",
        "a/self.jpg": "symlink_loop",
        "a/out.jpg": "link_skipped",
        "out": "link_skipped",
        "gone.jpg": "link_skipped",
    }


def test_pipes_and_names_that_are_no_text_are_left_out(tmp_path: Path, told: Told) -> None:
    touch(tmp_path, "1.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xc3\xc5.jpg")).touch()
    assert scan(tmp_path, told).files == ["1.jpg"]
    assert told.codes() == {"undecodable_name"}
    assert told.findings[0].file == r"\udcc3\udcc5.jpg"


def test_files_are_found_but_for_case_and_composition(tmp_path: Path, told: Told) -> None:
    name = unicodedata.normalize("NFD", "Größe/Ä.JPG")
    touch(tmp_path, name, "deep/er/x.png")
    tree = scan(tmp_path, told)
    assert tree.find("größe/ä.jpg") == name
    assert tree.find("./deep/er/x.png") == "deep/er/x.png"
    assert tree.find("deep/x.png") is None
    assert tree.find_end("/home/somebody/deep/er/x.png") == "deep/er/x.png"
    assert tree.below("deep").files == ["er/x.png"]


def test_empty_folders_are_known(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    touch(tmp_path, "c/1.jpg")
    assert scan(tmp_path, told).empty == ["a/b"]


def test_unreadable_folder_is_one_sentence(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(UserError, match=str(file)):
        scan(file, told)
