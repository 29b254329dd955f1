"""Fixtures that every room's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from places import SHARED_DATA

from paddlex_nb.core.i18n import set_language
from paddlex_nb.dataset import Dataset
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real data sets at {SHARED_DATA} (set PADDLEX_NB_TEST_DATA)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def sample_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the classification sample imported; runs in it are the tests' own."""
    workspace = Workspace(tmp_path_factory.mktemp("workspace"))
    workspace.import_sample("classification")
    return workspace


@pytest.fixture
def sample(sample_workspace: Workspace) -> Dataset:
    """The classification sample, imported."""
    return sample_workspace.datasets()[0]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read English texts unless they choose another language."""
    set_language("en")
    yield
    set_language("en")
