"""Which files of tests take longest: they come first, so that no worker has one left at the end."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

COSTLIEST = (
    "browser/test_voila.py",
    "browser/test_wizard.py",
    "cli/test_road.py",
    "browser/test_tasks.py",
    "browser/test_beside_a_run.py",
    "browser/test_runs_page.py",
    "browser/test_browse.py",
    "suites/test_detection.py",
    "board/test_graph.py",
    "jobs/test_faults.py",
    "browser/test_samples.py",
    "suites/test_instance.py",
    "browser/test_threshold.py",
    "browser/test_labels_section.py",
    "browser/test_evaluation_sections.py",
    "browser/test_tiling.py",
    "script/test_script.py",
    "browser/test_recognition_page.py",
    "browser/test_data_page.py",
    "export/test_export.py",
    "notebooks/test_notebooks.py",
    "browser/test_why_section.py",
    "suites/test_repairs_det.py",
    "suites/test_segmentation.py",
    "browser/test_pages.py",
    "browser/test_bare_host.py",
    "browser/test_training_page.py",
    "suites/test_repairs.py",
    "browser/test_parts.py",
    "training/test_tiles.py",
    "training/test_learner.py",
    "jobs/test_queue.py",
    "data/test_mask_changes.py",
    "cli/test_live.py",
    "widgets/test_browse.py",
    "browser/test_voila_config.py",
    "hosts/test_doctor.py",
    "widgets/test_wizard.py",
    "data/test_writers.py",
    "suites/test_unused_modules.py",
    "browser/test_augmented.py",
    "public/test_script.py",
    "evaluation/test_comparison.py",
    "jobs/test_full_disk.py",
    "public/test_typing.py",
)
"""Those whose slow tests took longest in a run of all, four at a time; then come the others."""


def costliest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests in the order of `COSTLIEST`, those of a file together and in their order."""
    rank = {name: number for number, name in enumerate(COSTLIEST)}

    def key(item: pytest.Item) -> int:
        path = item.nodeid.partition("::")[0]
        return rank.get(path.removeprefix("tests/"), len(rank))

    return sorted(items, key=key)
