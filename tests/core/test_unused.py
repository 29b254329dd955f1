"""What is never used is not loaded, and is there again afterwards."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paddlex_nb.core.unused import unused


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = tmp_path / "heavy_thing"
    folder.mkdir()
    (folder / "__init__.py").write_text("loaded = True\n")
    (folder / "part.py").write_text("def work():\n    return 1\n")
    (tmp_path / "user_of_it.py").write_text(
        "import heavy_thing\nfrom heavy_thing.part import work\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield "heavy_thing"
    for name in ("heavy_thing", "heavy_thing.part", "user_of_it"):
        sys.modules.pop(name, None)


def test_it_is_not_loaded_but_found_afterwards(package: str) -> None:
    with unused(package):
        user = importlib.import_module("user_of_it")
    assert "heavy_thing" not in sys.modules
    assert user.work() == 1  # used after all: it is loaded now
    assert importlib.import_module(package).loaded
    assert importlib.import_module(f"{package}.part").work() == 1


def test_what_is_loaded_already_stays(package: str) -> None:
    part = importlib.import_module(f"{package}.part")
    with unused(package):
        assert importlib.import_module("user_of_it").work() == 1
    assert sys.modules[f"{package}.part"] is part


def test_what_is_made_while_it_is_not_loaded_is_refused_when_used(
    package: str, tmp_path: Path
) -> None:
    (tmp_path / "user_of_it.py").write_text(
        "import heavy_thing.part as part\n"
        "part.settings.solver = 'fast'\n"
        "made = part.work().result\n"
        "later = part.work\n"
    )
    with unused(package):
        user = importlib.import_module("user_of_it")
    with pytest.raises(ImportError, match=r"heavy_thing\.part\.work"):
        user.made()
    assert user.later() == 1
