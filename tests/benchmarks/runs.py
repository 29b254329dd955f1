"""A thousand runs: listing them, a tick of their page, and a hundred curves in one figure.

python tests/benchmarks/runs.py [--runs 1000]

The peer is a plain loop that reads the same three files of each run with the standard library's
``json``: nobody can list them without.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["PADDLEX_NB_FAKE"] = "1"
os.environ["PADDLEX_NB_FAKE_STEP"] = "0.001"

from paddlex_nb import Run, Workspace
from paddlex_nb.results.overlay import overlay_plot
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.pages.runs.rows import row_of

ROUNDS = 5


def main() -> None:
    """Make the runs, and print a table of seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    count = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(folder)
        dataset = workspace.import_sample("classification", progress=False)
        first = workspace.train(dataset, "fake", name="first", epochs=20, progress=False)
        few = ticking(workspace)
        for number in range(count):
            copy_of(first, workspace.path / "runs" / f"run-{number:04d}", number)
        runs = workspace.runs()
        plain = median(lambda: read_plainly(workspace.path))
        listed = median(lambda: [row_of(run, {}) for run in workspace.runs()])
        table = median(lambda: repr(workspace.runs()))
        many = ticking(workspace)
        overlaid = median(lambda: overlay_plot([(r.id, r.history) for r in runs[:100]]))
        started = time.perf_counter()
        command = [sys.executable, "-m", "paddlex_nb", "runs", "--workspace", folder]
        subprocess.run(command, check=True, capture_output=True)
        terminal = time.perf_counter() - started
        print(f"| {len(runs):,} runs | seconds | ratio to the plain loop |\n|---|---|---|")
        rows = [
            ("plain loop", plain),
            ("rows of the page", listed),
            ("`repr(workspace.runs())`", table),
            ("`paddlex-nb runs`, the start of Python included", terminal),
            ("100 of them in one figure", overlaid),
        ]
        for name, seconds in rows:
            print(f"| {name} | {seconds:.3f} | {seconds / plain:.2f} |")
        print(
            f"\na look at the workspace: {1000 * many:.2f} ms with {len(runs):,} runs, "
            f"{1000 * few:.2f} ms with one ({many / few:.2f} times)"
        )


def copy_of(run: Run, folder: Path, number: int) -> None:
    """A run with the same jobs, without its weights."""
    shutil.copytree(run.folder, folder, ignore=shutil.ignore_patterns("*.npz", "vdl"))
    file = folder / "run.json"
    record = json.loads(file.read_text())
    record |= {"id": folder.name, "name": folder.name, "created": record["created"] - number}
    file.write_text(json.dumps(record))


def read_plainly(workspace: Path) -> list[object]:
    """What every list needs: record, state and summary of each run."""
    names = ("run.json", "summary.json", "jobs/001-train/status.json")
    return [
        [json.loads((folder / name).read_text()) for name in names]
        for folder in (workspace / "runs").iterdir()
    ]


def ticking(workspace: Workspace) -> float:
    """Seconds of a look of the wizard, once nothing has changed for a while."""
    state = WizardState(workspace)
    time.sleep(2.5)  # a folder that changed a moment ago is listed again

    def look() -> None:
        state.refresh()
        state.jobs_under_way()

    look()
    return median(look)


def median(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
