"""Unpacking archives, harmless and hostile."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.source import member_writer
from paddlex_nb.data.source.archives import unpack
from paddlex_nb.data.source.scan import scan

from .told import Told


def make_zip(path: Path, members: dict[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def make_tar(path: Path, members: list[tuple[tarfile.TarInfo, bytes]], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as file:  # type: ignore[call-overload]
        for info, data in members:
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("name", ["clothing_mini.zip", "clothing_mini.tar.gz"])
def test_sound_archives(shared_data: Path, tmp_path: Path, told: Told, name: str) -> None:
    root = unpack(shared_data / "formats/archives" / name, tmp_path / "out", told)
    assert len(scan(root, told).images) == 6
    assert not told.findings


def test_gbk_names(shared_data: Path, tmp_path: Path, told: Told) -> None:
    root = unpack(shared_data / "formats/archives/gbk_names.zip", tmp_path / "out", told)
    assert below(root) == ["服装/帽子/图片 0.jpg", "服装/鞋/图片 1.jpg"]


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/evil", "\\evil", "..\\evil", "C:\\evil", "c:evil"]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_nothing_is_written_outside(tmp_path: Path, told: Told, name: str, kind: str) -> None:
    if kind == "zip":
        path = make_zip(tmp_path / "x.zip", {name: b"evil", "a/1.jpg": b"good"})
    else:
        members = [(tarfile.TarInfo(name), b"evil"), (tarfile.TarInfo("a/1.jpg"), b"good")]
        path = make_tar(tmp_path / "x.tar.gz", members)
    assert below(unpack(path, tmp_path / "deep/out", told)) == ["a/1.jpg"]
    assert [(f.code, f.file, f.place) for f in told.findings] == [
        ("archive_path_traversal", path.name, name)
    ]
    assert not list(tmp_path.rglob("*evil*"))


def test_links_and_devices_are_left_out(tmp_path: Path, told: Told) -> None:
    members = []
    for name, kind in (
        ("a/s", tarfile.SYMTYPE),
        ("a/h", tarfile.LNKTYPE),
        ("a/p", tarfile.FIFOTYPE),
    ):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/hostname"
        members.append((info, b""))
    members.append((tarfile.TarInfo("a/s/1.jpg"), b"good"))
    root = unpack(make_tar(tmp_path / "x.tar", members, "w"), tmp_path / "out", told)
    assert below(root) == ["a/s/1.jpg"]
    assert [f.code for f in told.findings] == ["archive_link", "archive_link", "archive_device"]
    link = zipfile.ZipInfo("l")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        file.writestr(link, "/etc/hostname")
    assert below(unpack(tmp_path / "x.zip", tmp_path / "out2", told)) == []
    assert told.findings[-1].code == "archive_link"


def test_bombs_are_stopped_while_writing(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_writer, "RATIO_FROM", 1 << 20)
    zeros = bytes(3 << 20)
    path = make_zip(tmp_path / "x.zip", {"zeros.jpg": zeros, "1.jpg": b"good"})
    assert below(unpack(path, tmp_path / "zip", told)) == ["1.jpg"]
    assert [(f.code, f.place) for f in told.findings] == [("archive_expansion", "zeros.jpg")]
    path = make_tar(tmp_path / "x.tar.gz", [(tarfile.TarInfo("zeros.jpg"), zeros)])
    with pytest.raises(UserError, match="100 times"):
        unpack(path, tmp_path / "tar", told)
    many = {f"{i}.jpg": bytes(1 << 20) for i in range(9)}  # each within the limit, all not
    with pytest.raises(UserError, match="100 times"):
        unpack(make_zip(tmp_path / "many.zip", many), tmp_path / "many", told)
    assert not (tmp_path / "tar").exists()
    assert not (tmp_path / "many").exists()


def test_sizes_in_headers_are_not_believed(tmp_path: Path, told: Told) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.jpg": b"x" * 5000})
    data = path.read_bytes().replace((5000).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    path.write_bytes(data)
    with pytest.raises(UserError) as error:
        unpack(path, tmp_path / "out", told)
    assert error.value.code == "data.archive_damaged"


def test_huge_tar_headers_are_refused(tmp_path: Path, told: Told) -> None:
    info = tarfile.TarInfo("a.jpg")
    info.pax_headers = {"comment": "x" * (3 << 20)}
    path = make_tar(tmp_path / "x.tar.gz", [(info, b"good")])
    with pytest.raises(UserError) as error:
        unpack(path, tmp_path / "out", told)
    assert error.value.code == "data.archive_damaged"


def test_too_many_files(tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_writer, "MAX_FILES", 3)
    path = make_zip(tmp_path / "x.zip", {f"{i}.jpg": b"x" for i in range(5)})
    with pytest.raises(UserError, match="more than 3 files"):
        unpack(path, tmp_path / "out", told)


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.tar"])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 nothing", b"\x1f\x8b\x08\x00 nothing", b"\0" * 5]
)
def test_damaged_archives_are_one_sentence(
    tmp_path: Path, told: Told, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UserError) as error:
        unpack(path, tmp_path / "out", told)
    assert error.value.code == "data.archive_damaged"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["clothing_mini.zip", "clothing_mini.tar.gz"])
def test_cut_off_archives(shared_data: Path, tmp_path: Path, told: Told, name: str) -> None:
    data = (shared_data / "formats/archives" / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(UserError) as error:
        unpack(path, tmp_path / "out", told)
    assert error.value.code == "data.archive_damaged"


def test_locked_archives_say_so(tmp_path: Path, told: Told) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.jpg": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="password"):
        unpack(path, tmp_path / "out", told)


def test_junk_stays_in_the_archive(tmp_path: Path, told: Told) -> None:
    members = {"__MACOSX/._1.jpg": b"x", "a/.DS_Store": b"x", "a/1.jpg": b"good", "a/": b""}
    root = unpack(make_zip(tmp_path / "x.zip", members), tmp_path / "out", told)
    assert below(root) == ["a/1.jpg"]
    assert not told.findings


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize(
    ("names", "kept", "codes"),
    [
        (["x.jpg", "x.jpg/y.jpg"], ["x.jpg"], ["archive_file_and_folder"]),
        (["x.jpg/y.jpg", "x.jpg"], ["x.jpg/y.jpg"], ["archive_file_and_folder"]),
        (["a", "a/b/c/d.jpg"], ["a"], ["archive_file_and_folder"]),
        (["a/1.jpg", "a/1.jpg"], ["a/1.jpg"], ["archive_twice"]),
        (["a/1.jpg", "./a//1.jpg"], ["a/1.jpg"], ["archive_twice"]),
        (["a/1.jpg", "A/1.JPG"], ["A/1.JPG", "a/1.jpg"], ["archive_alike_names"]),
        (["/".join(["n" * 250] * 20)], [], ["archive_bad_name"]),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_collide(
    tmp_path: Path, told: Told, kind: str, names: list[str], kept: list[str], codes: list[str]
) -> None:
    path = tmp_path / f"x.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as file:
            for number, name in enumerate(names):
                file.writestr(name, str(number))
    else:
        infos = [tarfile.TarInfo(name) for name in names]
        make_tar(path, [(i, str(n).encode()) for n, i in enumerate(infos)], "w")
    root = unpack(path, tmp_path / "out", told)
    assert below(root) == kept
    assert [finding.code for finding in told.findings] == codes
    if codes == ["archive_twice"]:
        assert (root / kept[0]).read_text() == "1"
