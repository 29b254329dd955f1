"""The tutorial notebooks: the same code in both languages, and it runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from notebooks.running import execute, images_in, read, text_of
from paddlex_nb.core.task import Task
from paddlex_nb.workspace import Workspace

LANGUAGES = ("en", "zh")


def cells(task: Task, language: str, kind: str) -> list[str]:
    book = read(f"tutorials/{language}/{task}")
    return [cell.source for cell in book.cells if cell.cell_type == kind]


@pytest.mark.parametrize("task", Task)
def test_both_languages_have_the_same_code_and_texts_of_their_own(task: Task) -> None:
    english, chinese = (cells(task, language, "code") for language in LANGUAGES)
    assert english == chinese
    texts = [cells(task, language, "markdown") for language in LANGUAGES]
    assert len(texts[0]) == len(texts[1])
    assert not set(texts[0]) & set(texts[1])
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in texts[1])


def check(executed: Any, folder: Path, task: Task) -> None:
    """Pictures, a judgement and an exported model came out."""
    (run,) = Workspace(folder / "tutorial").runs()
    assert run.record.task is task
    assert [job.status.result["to"] for job in run.jobs("export")] == ["onnx"]
    assert images_in(executed) >= 6
    assert str(run.judge(run.evaluations()[0])).splitlines()[0] in text_of(executed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tutorial_runs_with_a_model_that_pretends(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
    shorter = ("train(dataset, time_limit=2)", 'train(dataset, "fake_detection", epochs=3)')
    executed = execute(f"tutorials/{language}/detection", tmp_path, monkeypatch, shorter)
    check(executed, tmp_path, Task.DETECTION)


@pytest.mark.slow
@pytest.mark.parametrize("task", Task)
def test_a_tutorial_runs_as_it_is(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    executed = execute(f"tutorials/en/{task}", tmp_path, monkeypatch)
    print(f"{task}: {time.monotonic() - began:.0f} s")  # noqa: T201 - measured, not asserted
    check(executed, tmp_path, task)
