"""Text and names in an encoding that the user names."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.dataset import Dataset
from paddlex_nb.workspace import Workspace

NAMES = ["蘋果", "香蕉", "櫻桃", "葡萄"]
"""In Big5 they are valid GBK, too."""


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of images and the names of their classes, in Big5."""
    root = tmp_path_factory.mktemp("big5")
    write_sample(Task.CLASSIFICATION, root / "sample")
    lines = []
    folders = sorted(folder for folder in (root / "sample").iterdir() if folder.is_dir())
    (root / "fruit/images").mkdir(parents=True)
    for number, folder in enumerate(folders):
        for image in sorted(folder.glob("*.jpg"))[:4]:
            name = f"images/{NAMES[number]}_{image.name}"
            shutil.copy(image, root / "fruit" / name)
            lines.append(f"{name} {number}\n")
    (root / "fruit/train_list.txt").write_text("".join(lines), "big5")
    (root / "fruit/labels.txt").write_text("\n".join(NAMES), "big5")
    return root / "fruit"


def codes(dataset: Dataset) -> list[str]:
    return [finding.code for finding in dataset.findings()]


def test_a_wrong_guess_is_fixed_by_naming_the_encoding(lists: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    with pytest.raises(UserError):  # its images are not found by the names that were guessed
        workspace.import_dataset(lists)
    dataset = workspace.import_dataset(lists, encoding="big5")
    assert (dataset.classes, dataset.record.images) == (NAMES, 16)
    assert dataset.record.encoding == "big5"
    assert "text_encoding" in codes(dataset)
    dataset.update()
    assert (Dataset(dataset.folder).classes, dataset.record.images) == (NAMES, 16)


def test_names_in_archives_too(lists: Path, tmp_path: Path) -> None:
    archive = tmp_path / "fruit.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(lists.rglob("*.*")):
            name = path.relative_to(lists).as_posix()
            # as tools without Unicode write them: the bytes of the encoding, unflagged
            info = zipfile.ZipInfo(name.encode("big5").decode("cp437"))
            info.flag_bits = 0
            file.writestr(_unflagged(info), path.read_bytes())
    dataset = Workspace(tmp_path / "w").import_dataset(archive, encoding="big5")
    assert (dataset.classes, dataset.record.images) == (NAMES, 16)


def _unflagged(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    class Unflagged(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's hook
            return self.filename.encode("cp437"), self.flag_bits

    return Unflagged(info.filename)


def test_utf8_stays_utf8(tmp_path: Path) -> None:
    write_sample(Task.SEGMENTATION, tmp_path / "sample")
    labels = tmp_path / "sample/labels.txt"
    names = ["background", *NAMES]
    labels.write_text("\n".join(names), "utf-8")
    dataset = Workspace(tmp_path / "w").import_dataset(tmp_path / "sample", encoding="big5")
    assert dataset.classes == names
    assert "text_encoding" not in codes(dataset)


@pytest.mark.parametrize("name", ["klingon", "hex", "a\0b"])
def test_an_encoding_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path / "w")
    with pytest.raises(UserError, match="big5") as error:
        workspace.import_dataset(tmp_path, encoding=name)
    assert error.value.code == "data.no_such_encoding"
    assert workspace.datasets() == []
