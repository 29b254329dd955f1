"""Which host this is and which folders it keeps."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from paddlex_nb.hosts.environment import (
    Host,
    allowed_roots,
    cache_dir,
    default_workspace,
    host,
    persistent_folder,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of our own, no kernel and none of our variables."""
    folder = tmp_path / "ann"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    for name in ("WORKSPACE", "CACHE", "ROOTS"):
        monkeypatch.delenv(f"PADDLEX_NB_{name}", raising=False)
    for name in ("SERVER_SOFTWARE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def aistudio(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder as AI Studio has it."""
    folder = tmp_path / "aistudio"
    for name in ("work", "data"):
        (folder / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def test_a_terminal_keeps_all_in_the_home_folder(home: Path) -> None:
    assert host() is Host.TERMINAL
    assert persistent_folder() is None
    assert default_workspace() == home / "paddlex_nb_workspace"
    assert cache_dir() == home / ".cache" / "paddlex_nb"


def test_aistudio_keeps_all_in_the_folder_that_lasts(aistudio: Path) -> None:
    assert host() is Host.AISTUDIO
    assert default_workspace() == aistudio / "work" / "paddlex_nb_workspace"
    assert cache_dir() == aistudio / "work" / "paddlex_nb_cache"
    assert aistudio / "data" in allowed_roots()


def test_the_front_end_is_told_by_the_kernels_own_signs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    assert host() is Host.JUPYTERLAB
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release")
    assert host() is Host.COLAB
    monkeypatch.delenv("COLAB_RELEASE_TAG")
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    assert host() is Host.KAGGLE
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    assert host() is Host.VOILA


def test_variables_have_the_first_word(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PADDLEX_NB_WORKSPACE", "~/elsewhere")
    monkeypatch.setenv("PADDLEX_NB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PADDLEX_NB_ROOTS", f"{tmp_path}{os.pathsep}{tmp_path}/missing")
    assert default_workspace() == home / "elsewhere"
    assert cache_dir() == tmp_path / "cache"
    assert allowed_roots() == [tmp_path.resolve()]


def test_the_path_picker_is_not_shown_the_whole_disk(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    assert allowed_roots(tmp_path) == [home, tmp_path]
    link = tmp_path / "link"
    link.symlink_to(home)
    assert allowed_roots(link) == [home]
