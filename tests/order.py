"""Which files of tests take longest: they come first, so that no worker has one left at the end."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

COSTLIEST = (
    "browser/test_wizard.py",
    "browser/test_voila.py",
    "cli/test_road.py",
    "browser/test_tasks.py",
    "browser/test_pages.py",
    "notebooks/test_notebooks.py",
    "suites/test_instance.py",
    "suites/test_detection.py",
    "cli/test_commands.py",
    "widgets/test_wizard.py",
    "data/test_formats_fuzz.py",
    "browser/test_parts.py",
    "browser/test_browse.py",
    "browser/test_data_page.py",
    "suites/test_repairs.py",
    "training/test_unmeasured.py",
    "widgets/test_browse.py",
    "training/test_learner.py",
    "export/test_export.py",
    "hosts/test_setup.py",
    "test_release.py",
    "test_packaging.py",
)
"""Half a minute and more each, by what they took alone on two cores; then come the others."""


def costliest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests in the order of `COSTLIEST`, those of a file together and in their order."""
    rank = {name: number for number, name in enumerate(COSTLIEST)}

    def key(item: pytest.Item) -> int:
        path = item.nodeid.partition("::")[0]
        return rank.get(path.removeprefix("tests/"), len(rank))

    return sorted(items, key=key)
