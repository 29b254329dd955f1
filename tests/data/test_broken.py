"""Every planted problem is found with its file, and nothing else is called an error."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest

from paddlex_nb.core.severity import Severity
from paddlex_nb.data.importing.check_source import check_folder
from paddlex_nb.data.store.records import Finding

CASES = [
    *("cls_empty", "cls_single_image_class", "cls_text_as_jpg", "cls_train_val_leak"),
    *("cls_truncated_jpeg", "cls_zero_byte", "list_backslash", "list_gbk", "list_traversal"),
    *("archive_tar_slip", "archive_zip_bomb", "archive_zip_slip", "img_decompression_bomb"),
    *("voc_box_outside", "voc_malformed_xml", "voc_missing_annotation", "voc_missing_image"),
    *("voc_negative_coord", "voc_unknown_class", "voc_windows1252", "voc_zero_area_box"),
    *("coco_duplicate_ids", "coco_missing_category_id", "coco_missing_image_id", "coco_nan"),
    *("seg_all_background", "seg_label_out_of_range", "seg_rgb_mask", "seg_size_mismatch"),
]
PACKED = ["cls_symlink_loop", "name_class_html_formula", "name_html_file", "name_very_long"]


@pytest.fixture(scope="module")
def unpacked(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hard")
    with tarfile.open(shared_data / "broken/hard_to_check_out.tar") as file:
        file.extractall(folder, filter="fully_trusted")  # noqa: S202 - its links are the point
    return folder


@pytest.mark.parametrize("case", CASES)
def test_planted_problems(shared_data: Path, case: str) -> None:
    check(shared_data / "broken" / case)


@pytest.mark.parametrize("case", PACKED)
def test_planted_problems_of_names_and_links(unpacked: Path, case: str) -> None:
    check(unpacked / case)


def test_every_case_is_tested(shared_data: Path) -> None:
    index = json.loads((shared_data / "broken/index.json").read_text(encoding="utf-8"))
    assert {case["name"] for case in index} == {*CASES, *PACKED}


def check(case: Path) -> None:
    findings = check_folder(case / "data")
    expected = [
        (item["code_hint"], item["file"])
        for item in json.loads((case / "expected.json").read_text(encoding="utf-8"))
    ]
    for problem in set(expected):
        same = [f for f in findings if (f.code, f.file) == problem]
        # lines, objects and members have findings of their own
        assert len(same) == expected.count(problem), problem
    assert not [f for f in findings if f.severity is Severity.ERROR and key(f) not in expected]
    for finding in findings:
        for language in ("en", "zh_CN"):
            assert "{" not in finding.message.text(language)
    assert not (case.parent / "evil.txt").exists()


def key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.file


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    for name in ("a/1.jpg", "b/2.jpg"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a/1.jpg").chmod(0)
    (tmp_path / "b").chmod(0)
    assert {key(f) for f in check_folder(tmp_path)} >= {
        ("unreadable_file", "a/1.jpg"),
        ("unreadable_folder", "b"),
    }
