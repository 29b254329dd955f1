"""Files that come through the browser, slice by slice."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.widgets.pages.data.upload import UploadBox
from paddlex_nb.widgets.parts import FileDrop
from paddlex_nb.workspace import Workspace


class Browser:
    """What sends files to an upload box, as the front end does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came: list[list[tuple[Path, str]]] = []
        self.errors: list[UserError] = []
        self.answers: list[dict[str, Any]] = []
        space = Workspace(folder)
        box = UploadBox(
            space, self._do, self.came.append, accept=(".png", ".tar.gz"), multiple=True
        )
        self.uploads = space.path / "uploads"
        part = box.widget.part
        assert isinstance(part, FileDrop)
        self.part = part
        monkeypatch.setattr(part, "send", self.answers.append)

    def _do(self, call: Callable[[], None]) -> None:
        try:
            call()
        except UserError as error:
            self.errors.append(error)

    def say(self, message: dict[str, Any], *buffers: bytes) -> None:
        self.part._dispatch(self.part, message, [memoryview(one) for one in buffers])

    def slice(self, data: bytes, **changed: Any) -> None:
        message = {"kind": "slice", "file": "1", "name": "a.png", "size": len(data), "offset": 0}
        self.say({**message, **changed}, data)

    @property
    def files(self) -> list[str]:
        return sorted(one.name for one in self.uploads.iterdir()) if self.uploads.exists() else []


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(tmp_path, monkeypatch)


def test_a_file_comes_in_slices(browser: Browser) -> None:
    browser.slice(b"abc", size=5)
    assert browser.answers == [{"kind": "have", "file": "1", "offset": 3}]
    browser.slice(b"de", size=5, offset=3)
    browser.slice(b"", name="../../bücher.TAR.GZ", file="2")
    browser.say({"kind": "done"})
    ((first, title), (second, name)) = browser.came[0]
    assert (first.read_bytes(), title) == (b"abcde", "a")
    assert (second.read_bytes(), name) == (b"", "bücher")
    assert {first.parent, second.parent} == {browser.uploads}
    assert second.name.endswith(".tar.gz")
    assert browser.files == sorted([first.name, second.name]), "no draft is left"


@pytest.mark.parametrize(
    "changed",
    [{"offset": 2}, {"offset": 4}, {"size": 6}, {"file": "2"}, {"size": 4}],
    ids=str,
)
def test_slices_that_do_not_follow_are_refused(browser: Browser, changed: dict[str, Any]) -> None:
    browser.slice(b"abc", size=5)
    browser.slice(b"de", **{"size": 5, "offset": 3, **changed})
    assert browser.answers[-1]["kind"] == "refused"
    assert [error.code for error in browser.errors] == ["wizard.data.upload.torn"]
    browser.say({"kind": "given_up"})
    browser.say({"kind": "done"})
    assert not browser.came
    assert not browser.files


def test_more_than_was_announced_is_refused(browser: Browser) -> None:
    browser.slice(b"abcdef", size=5)
    assert browser.answers == [{"kind": "refused", "file": "1", "offset": 0}]
    assert not browser.files


def test_only_files_that_can_be_used_come(browser: Browser) -> None:
    browser.slice(b"x", name="run.exe")
    assert [error.code for error in browser.errors] == ["wizard.data.upload.kind"]
    assert "run.exe" in str(browser.errors[0])
    assert not browser.files


def test_a_file_for_which_there_is_no_room_is_refused_before_it_comes(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    browser.slice(b"x", size=1001)
    assert [error.code for error in browser.errors] == ["wizard.data.upload.no_room"]
    assert not browser.files


def test_a_disk_that_fails_is_answered_too(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.slice(b"abc", size=5)

    def stale(*_: object) -> int:
        raise OSError(errno.ESTALE, "stale file handle")

    monkeypatch.setattr(UploadBox, "_kept", stale)
    with pytest.raises(OSError, match="stale"):
        browser.slice(b"de", size=5, offset=3)
    assert browser.answers[-1]["kind"] == "refused"
    assert not browser.files


def test_what_was_abandoned_long_ago_is_swept(browser: Browser) -> None:
    browser.slice(b"abc", size=5)
    (draft,) = browser.uploads.iterdir()
    browser.slice(b"x", file="2")
    assert not draft.exists(), "another file begins: the browser has given this one up"
    for name, age in ((".old.png.0", 100_000.0), (".new.png.0", 10.0)):
        (browser.uploads / name).write_bytes(b"")
        os.utime(browser.uploads / name, (time.time() - age,) * 2)
    browser.slice(b"x", file="3")
    drafts = [name for name in browser.files if name.startswith(".")]
    assert drafts == [".new.png.0"]


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "slice", "file": 1, "name": "a.png", "size": 1, "offset": 0},
        {"kind": "slice", "file": "1", "name": None, "size": 1, "offset": 0},
        {"kind": "slice", "file": "1", "name": "a.png", "size": "1", "offset": 0},
        {"kind": "slice"},
        {"kind": "done"},
        {},
    ],
)
def test_odd_messages_do_nothing(browser: Browser, message: dict[str, Any]) -> None:
    browser.say(message, b"x")
    assert not browser.errors
    assert not browser.files
    assert not browser.came


def test_the_button_of_core_widgets_stands_in(browser: Browser) -> None:
    button = browser.part.stand_in().widget
    file = {"name": "b.png", "content": memoryview(b"xyz"), "type": "image/png", "size": 3}
    button.value = ({**file, "last_modified": datetime.now(tz=timezone.utc)},)
    ((path, title),) = browser.came[0]
    assert (path.read_bytes(), title) == (b"xyz", "b")
    assert button.value == ()
