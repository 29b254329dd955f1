"""A release: its sdist needs no Node.js, and nothing is released under a wrong name."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from packaging.version import Version

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def release() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", REPOSITORY / ".dev" / "release.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_wheel_of_the_sdist_is_that_of_the_tree_and_needs_no_node(
    release: ModuleType, tmp_path: Path
) -> None:
    sdist, wheel = release.build(tmp_path / "tree")
    from_sdist = release.build_from_sdist(sdist, tmp_path / "sdist")
    assert release.differences(wheel, from_sdist) == []
    if (REPOSITORY / ".git").exists():  # not in an unpacked sdist
        assert release.missing_from_sdist(sdist) == []
    version, problems = release.metadata_of(wheel)
    assert problems == []
    assert f"-{version}-" in wheel.name
    changed = tmp_path / "changed.whl"
    with zipfile.ZipFile(changed, "w") as archive:
        archive.writestr("paddlex_nb/py.typed", "partial")
    assert any(
        one.startswith("paddlex_nb/py.typed ") for one in release.differences(wheel, changed)
    )


def test_metadata_that_an_index_would_refuse_are_named(release: ModuleType, tmp_path: Path) -> None:
    wheel = tmp_path / "one.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        text = "Metadata-Version: 2.4\nName: one\nVersion: 1.0\nLicense-Expression: none such\n"
        archive.writestr("one-1.0.dist-info/METADATA", text)
    version, problems = release.metadata_of(wheel)
    assert version == Version("1.0")
    assert "license" in " ".join(problems)


@pytest.mark.parametrize(
    ("changelog", "said"),
    [
        ("# Changelog\n\n## 1.2.0\n\n- New.\n\n## 1.1.0\n\n- Old.\n", ""),
        ("# Changelog\n\n## 1.2.0 (2026-11-27)\n\n- New.\n", ""),
        ("# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.2.0\n\n- Old.\n", "“Unreleased”"),
        ("# Changelog\n\n## 1.2.0\n\n## 1.1.0\n\n- Old.\n", "is empty"),
        ("# Changelog\n", "none"),
    ],
)
def test_the_changelog_begins_with_the_version(
    release: ModuleType, changelog: str, said: str
) -> None:
    problems = " ".join(release.wrong_changelog(Version("1.2.0"), changelog))
    assert said in problems
    assert bool(problems) == bool(said)


def test_the_commit_has_the_tag_of_the_version_and_no_other(release: ModuleType) -> None:
    version = Version("1.2.0")
    assert release.wrong_tag(version, ["v1.2.0", "nightly"]) == []
    assert "v1.1.0" in release.wrong_tag(version, ["v1.1.0"])[0]
    assert release.wrong_tag(version, []) != []
    assert release.wrong_tag(version, ["v1.2.0", "v1.3.0"]) != []


def test_a_tree_with_changes_is_no_release(release: ModuleType) -> None:
    assert release.uncommitted([]) == []
    (problem,) = release.uncommitted([f"?? file{number}" for number in range(9)])
    assert "file0, file1, file2, …" in problem
