"""What is followed shows itself live on a terminal, in plain lines elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli.terminal import Terminal, frames
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import State
from paddlex_nb.workspace import Workspace

TRAIN = ("train", "sample-classification", "--model", "fake", "--epochs", "4", "--follow")


def test_a_training_has_a_bar_and_one_line_an_epoch(sample_workspace: Workspace) -> None:
    terminal = Terminal(*TRAIN, workspace=sample_workspace.path)
    assert terminal.end() == 0
    shown = frames(terminal.written)
    epochs = [
        line for line in shown if re.match(r"epoch \d/4  Top-1 accuracy 0\.\d{4}.*  loss", line)
    ]
    assert [line[6] for line in epochs] == ["1", "2", "3", "4"]
    assert any(re.search(r"epoch \d/4  [━╸╺]+ +\d+%.*left", line) for line in shown), shown
    assert "\x1b[1;32mTop-1 accuracy" in terminal.written  # the best so far is green
    # the cursor was hidden while it was drawn
    assert terminal.written.rindex("\x1b[?25h") > terminal.written.rindex("\x1b[?25l")
    assert "done" in shown[-2]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_is_cut_in_forty_columns(sample_workspace: Workspace, language: str) -> None:
    terminal = Terminal(
        *TRAIN,
        workspace=sample_workspace.path,
        columns=40,
        environment={"PADDLEX_NB_LANG": language, "NO_COLOR": "1"},
    )
    assert terminal.end() == 0
    assert not re.search(r"\x1b\[[\d;]*3\dm", terminal.written), "a colour"
    drawn = [line for line in frames(terminal.written) if "━" in line or "★" in line]
    assert any("%" in line for line in drawn)
    assert any("★" in line for line in drawn)
    assert max(map(cell_len, drawn)) < 40
    assert "…" not in "".join(drawn)


def test_a_pipe_and_a_dumb_terminal_get_plain_lines(sample_workspace: Workspace) -> None:
    command = [sys.executable, "-m", "paddlex_nb", *TRAIN]
    piped = subprocess.run(
        [*command, "--workspace", str(sample_workspace.path)], capture_output=True, text=True
    )
    dumb = Terminal(*TRAIN, workspace=sample_workspace.path, environment={"TERM": "dumb"})
    assert dumb.end() == 0
    for written in (piped.stdout, dumb.written.replace("\r\n", "\n")):
        assert not re.search("[\x1b\r━]", written)
        assert len(re.findall(r"^epoch \d/4  loss", written, re.MULTILINE)) == 4


def test_ctrl_c_stops_watching_and_leaves_the_terminal_in_order(
    sample_workspace: Workspace, sample: Dataset
) -> None:
    running = sample_workspace.train(sample, "fake", epochs=1000, wait=False)
    try:
        terminal = Terminal("jobs", "follow", running.id, workspace=sample_workspace.path)
        terminal.read("━")
        terminal.type(b"\x03")
        assert terminal.end() == 1
        said = frames(terminal.written)
        assert any("Stopped watching" in line for line in said)
        assert terminal.written.rindex("\x1b[?25h") > terminal.written.rindex("\x1b[?25l")
        assert running.state is State.RUNNING
        waiting = sample_workspace.train(sample, "fake", epochs=1, wait=False)
        terminal = Terminal("jobs", "follow", waiting.id, workspace=sample_workspace.path)
        terminal.read("place 1 in the queue")
        assert running.id in terminal.read(running.id)
        running.stop()
        assert terminal.end() == 0
    finally:
        running.stop(force=True)
        running.wait(30)


def test_an_import_shows_how_far_it_is(tmp_path: Path, sample_workspace: Workspace) -> None:
    folder = sample_workspace.path / "samples" / "classification"
    terminal = Terminal("dataset", "import", str(folder), workspace=tmp_path)
    assert terminal.end() == 0
    assert any(re.search(r"━+ +\d+%", line) for line in frames(terminal.written))


def test_names_of_files_move_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    from paddlex_nb.cli.live import LiveDisplay
    from paddlex_nb.core.i18n import Message
    from paddlex_nb.jobs.events import Notice, Progress

    live = LiveDisplay(Console(force_terminal=True, width=30))
    message = Message("data.no_images", {"path": "a\x1b[2J[red]b"})
    live.take([Notice(message=message), Progress(stage="check", done=1, total=2)])
    live.show(None)
    live.close()
    out = capsys.readouterr().out
    assert "\x1b[2J" not in out
    assert "[red]" in out


def test_a_log_is_followed(sample_workspace: Workspace, sample: Dataset) -> None:
    running = sample_workspace.train(sample, "fake", epochs=1000, wait=False)
    try:
        where = ["--workspace", str(sample_workspace.path)]
        command = [sys.executable, "-m", "paddlex_nb", "logs", "-f", running.id, *where]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            while not process.stdout.readline().startswith("epoch"):
                pass
            with (running.folder / "log.txt").open("a") as log:
                log.write("printed by the suite\nand a line that is not whole")
            while process.stdout.readline() != "printed by the suite\n":
                pass
            time.sleep(0.5)
            running.stop()
            rest = process.stdout.read()
            assert "stopped" in rest
            assert "not whole" not in rest
    finally:
        running.stop(force=True)
        running.wait(30)


FOLLOWS_NOT = """
import sys
import paddlex_nb
from paddlex_nb.cli import main
main(["runs", "--workspace", sys.argv[1]])
main(["jobs", "--workspace", sys.argv[1]])
assert "rich" not in sys.modules
"""


def test_what_follows_nothing_does_without_the_library(sample_workspace: Workspace) -> None:
    command = [sys.executable, "-c", FOLLOWS_NOT, str(sample_workspace.path)]
    subprocess.run(command, check=True, capture_output=True)
