"""Waiting for jobs: by default, not at all, and interrupted; what results are and show."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import set_language
from paddlex_nb.core.severity import Severity
from paddlex_nb.data.store.records import Finding
from paddlex_nb.dataset import Dataset, ImportJob
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.results.findings import Findings
from paddlex_nb.results.predictions import Predictions
from paddlex_nb.run import Run, TrainingJob
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset, Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
        workspace = Workspace(tmp_path_factory.mktemp("public"))
        dataset = workspace.import_sample("detection")
        return workspace, dataset, workspace.train(dataset, "fake_detection", epochs=2)


def test_what_results_say_is_what_the_terminal_prints(
    trained: tuple[Workspace, Dataset, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, dataset, run = trained
    evaluation = run.evaluate("val")
    assert main(["evaluate", run.id, "--json", "--workspace", str(workspace.path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.pop("judgement") == run.judge(evaluation).sentences
    same = {"time", "seconds"}
    said = evaluation.to_dict()
    assert evaluation.threshold is not None
    assert told.pop("at") == evaluation.at(evaluation.threshold).to_dict()
    assert [one["lost"] for one in told.pop("errors")] == [one.lost for one in evaluation.errors]
    best = evaluation.thresholds().best
    assert told.pop("best_threshold") == (None if best is None else asdict(best))
    assert told.pop("intervals") == [asdict(one) for one in evaluation.intervals()]
    assert {k: v for k, v in said.items() if k not in same} == {
        k: v for k, v in told.items() if k not in same
    }
    classes = len(dataset.classes)
    assert evaluation.confusion_matrix.shape == (classes + 1, classes + 1)
    assert list(evaluation.to_pandas().index) == dataset.classes
    assert workspace.runs().to_pandas().loc[run.id, "best"] == run.history.best.value  # type: ignore[union-attr]
    image = next(Path(dataset.record.root).rglob("*.jpg"))
    (prediction,) = run.predict(image)
    assert prediction.draw().shape == (192, 256, 3)
    for figure in (evaluation.plot(), run.plot(), dataset.plot("boxes")):
        assert figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
    with pytest.raises(UserError, match="classes, sizes"):
        dataset.plot("nonsense")


def test_a_result_of_an_earlier_version_is_read() -> None:
    old = {"metrics": {"top1": 0.5}, "per_class": [], "classes": [], "split": "val"}
    evaluation = Evaluation.from_dict(old)
    assert (evaluation.run, evaluation.epoch, evaluation.metric) == (None, None, None)
    assert evaluation.to_dict() == old
    error = {"key": "core.file_missing", "values": {"path": "x"}, "text": "gone"}
    read = Predictions.from_dict({"predictions": [{"path": "a.jpg", "error": error}]})
    assert (len(read), read.failed) == (1, 1)
    assert "The file x does not exist" in repr(read)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_everything_shows_itself_and_nothing_untrusted_is_believed(
    trained: tuple[Workspace, Dataset, Run], language: str
) -> None:
    workspace, dataset, run = trained
    set_language(language)
    before = run.record.name, dataset.record.name
    run.rename("<script>x</script>")
    dataset.rename("<script>y</script>")
    try:
        finding = Finding("truncated_image", Severity.WARNING, "<script>z.jpg")
        things = [workspace, dataset, run, workspace.runs(), workspace.datasets()]
        things += [run.evaluations(), run.exports(), workspace.disk_use(), Findings([finding])]
        for thing in things:
            assert repr(thing)
            shown = thing._repr_html_()  # type: ignore[attr-defined]
            assert "<" in shown
            assert "<script" not in shown
    finally:
        run.rename(before[0])
        dataset.rename(before[1])


def test_a_job_knows_what_comes_of_it(trained: tuple[Workspace, Dataset, Run]) -> None:
    workspace, dataset, run = trained
    training, importing = workspace.job(run.training.id), workspace.job(f"{dataset.id}/1")
    assert isinstance(training, TrainingJob)
    assert isinstance(importing, ImportJob)
    assert (training.result(), importing.result()) == (run, dataset)
    evaluation = workspace.job(run.evaluate("val", wait=False).id).result()
    assert evaluation.at(0.5).to_dict() == run.evaluations()[0].at(0.5).to_dict()
    sizes = workspace.disk_use()
    assert sizes.total >= sizes.runs[run.id] > 0


def test_an_import_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    workspace = Workspace(tmp_path / "w")
    with pytest.raises(UserError):
        workspace.import_dataset(tmp_path / "empty")
    assert workspace.datasets() == []


_TRAIN = """
import sys
from paddlex_nb import Workspace, set_language
set_language("en")
workspace = Workspace(sys.argv[1])
workspace.train(sys.argv[2], "fake_detection", epochs=2000, progress=sys.argv[3] == "bar")
"""


@pytest.mark.parametrize("progress", ["bar", "none"])
def test_an_interrupt_lets_go_of_the_training(
    trained: tuple[Workspace, Dataset, Run], progress: str
) -> None:
    """In a terminal, with a bar of epoch, loss, metric and time left unless told not to."""
    workspace, dataset, _ = trained
    known = {run.id for run in workspace.runs()}
    screen, terminal = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    command = [sys.executable, "-c", _TRAIN, str(workspace.path), dataset.id, progress]
    waiting = subprocess.Popen(command, stderr=terminal, stdout=terminal)
    os.close(terminal)
    end = time.monotonic() + 120
    new: list[Run] = []
    while not new or new[0].history.epoch < 2:
        assert time.monotonic() < end
        new = [run for run in workspace.runs() if run.id not in known]
        time.sleep(0.2)
    time.sleep(1)
    waiting.send_signal(signal.SIGINT)
    said = b""
    try:
        while part := os.read(screen, 65536):
            said += part
    except OSError:  # the other side is closed
        pass
    waiting.wait(30)
    (run,) = new
    text = said.decode()
    assert run.status.state.active  # it goes on
    run.stop(force=True)
    assert f"workspace.job('{run.training.id}').result()" in text
    assert text.rstrip().endswith("KeyboardInterrupt")
    shown = all(word in text for word in ("Training:", "epoch ", "loss ", "mAP ", " left"))
    assert shown == (progress == "bar")
    assert run.training.wait(30).state.value == "stopped"
