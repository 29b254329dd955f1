"""A real kernel, and a real Jupyter server, killed again and again."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from faults.data import kept
from faults.injection import Fault, Kind
from faults.launching import aged, finished
from faults.scene import Scene
from faults.training import outcome
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

T = TypeVar("T")

_PATIENCE = 60.0
"""Seconds in which a kernel or server must have begun, or ended."""

_CELL = """
import os, sys
sys.path.insert(0, {tests!r})
from faults.injection import Fault, Kind
from paddlex_nb import Wizard, Workspace
fault = Fault(Kind.KILL, {step}, {root!r})
fault.install()
def tell(word):
    file = os.open({told!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, (word + "\\n").encode())
    os.close(file)
wizard = Wizard({root!r})
workspace = Workspace({root!r})
job = workspace.train({dataset!r}, "fake", epochs={epochs}, batch_size=2, wait=False)
tell(job.run.id)
edits = workspace.dataset({copy!r}).edits
for row in range({rows}):
    edits.exclude(row)
    tell(str(row))
run = job.result()
run.history
run.rename("renamed")
tell("renamed")
tell(str(fault.seen))
"""
"""What a user has in a notebook: the wizard, a training, corrections meanwhile, a look, a name."""

_AGAIN = """
from paddlex_nb import Wizard, Workspace
wizard = Wizard({root!r})
for run in Workspace({root!r}).runs():
    run.history
"""


class Kernels(Scene):
    """A kernel that is killed loses no training and nothing that it had confirmed.

    It is killed at its steps, and at moments between them until it was restarted `RESTARTS` times.

    Args:
        workspace: Where.
        dataset: Id of the data set.
    """

    EPOCHS = 2
    ROWS = 4
    RESTARTS = 200
    kinds = (Kind.KILL, Kind.SOON)
    cost = 8

    def __init__(self, workspace: Workspace, dataset: str) -> None:
        super().__init__(workspace)
        self._dataset, self._number = dataset, 0
        self._told = workspace.path.with_name("told")
        self._before = {run.id for run in workspace.runs()}
        self._rng = random.Random(0)
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(env={**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"})
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(_PATIENCE)
        began = time.monotonic()
        self._count = self._run_undisturbed()
        self._seconds = time.monotonic() - began

    def _run_undisturbed(self) -> int:
        self._fresh()
        reply = self._client.execute_interactive(
            self._cell(0), timeout=_PATIENCE, output_hook=lambda _: None
        )
        assert reply["content"]["status"] == "ok", reply["content"]
        (run,) = self._new_runs()
        self._whole = outcome(run)
        assert run.record.name == "renamed"
        run.delete()
        return int(self._words()[-1])

    def _fresh(self) -> None:
        original = self.workspace.dataset(self._dataset).folder
        shutil.rmtree(original.with_name(self._copy), ignore_errors=True)
        self._number += 1
        shutil.copytree(original, original.with_name(self._copy))
        self._told.unlink(missing_ok=True)

    def _cell(self, step: int) -> str:
        return _CELL.format(
            tests=str(Path(__file__).parents[1]),
            step=step,
            root=str(self.workspace.path),
            told=str(self._told),
            dataset=self._dataset,
            copy=self._copy,
            epochs=self.EPOCHS,
            rows=self.ROWS,
        )

    @property
    def _copy(self) -> str:
        """The data set that is corrected: another one each time."""
        return f"k{self._number}"

    def _words(self) -> list[str]:
        return self._told.read_text().split() if self._told.exists() else []

    def _new_runs(self) -> list[Run]:
        return [run for run in self.workspace.runs() if run.id not in self._before]

    def steps(self, kind: Kind) -> int:
        # the wizard looks at its files all the time: a slow machine counts hundreds of steps
        steps = min(self._count, self.RESTARTS - 20)
        return steps if kind is Kind.KILL else self.RESTARTS - steps

    def disturb(self, fault: Fault) -> None:
        self._fresh()
        self._client.execute(self._cell(fault.step if fault.kind is Kind.KILL else 0))
        if fault.kind is Kind.SOON:
            time.sleep(self._rng.uniform(0, self._seconds))
            self._manager.signal_kernel(signal.SIGKILL)
        until(lambda: not self._manager.is_alive() or len(self._words()) > self.ROWS + 2)
        words, runs = self._words(), self._new_runs()
        self._manager.restart_kernel(now=True)
        self._client.wait_for_ready(_PATIENCE)
        assert len(runs) <= 1
        assert not words or runs[0].id == words[0]
        kept(
            self.workspace.dataset(self._copy),
            sum(word.isdecimal() for word in words[: self.ROWS + 1]),
        )
        for run in runs:
            if not words:
                aged(run)
            assert "renamed" not in words or run.record.name == "renamed"
            finished(run, self._whole)
        reply = self._client.execute_interactive(
            _AGAIN.format(root=str(self.workspace.path)),
            timeout=_PATIENCE,
            output_hook=lambda _: None,
        )
        assert reply["content"]["status"] == "ok", reply["content"]
        for run in runs:
            run.delete()

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


class Servers(Scene):
    """Jupyter and its kernels are killed while a training runs: it goes on, and is found again.

    Args:
        workspace: Where.
        dataset: Id of the data set.
    """

    EPOCHS = 2
    TIMES = 25
    kinds = (Kind.SOON,)
    cost = 16

    def __init__(self, workspace: Workspace, dataset: str) -> None:
        super().__init__(workspace)
        self._dataset = dataset
        self._before = {run.id for run in workspace.runs()}
        self._rng = random.Random(0)
        job = workspace.train(dataset, "fake", epochs=self.EPOCHS, batch_size=2, wait=False)
        began = time.monotonic()
        self._whole = outcome(job.result(60))
        self._seconds = time.monotonic() - began
        job.run.delete()

    def steps(self, kind: Kind) -> int:  # noqa: ARG002
        return self.TIMES

    def disturb(self, fault: Fault) -> None:
        home = self.workspace.path.with_name(f"jupyter-{fault.step}")
        home.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        token = "of-this-scene-alone"  # noqa: S105
        folders = {
            f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "RUNTIME", "DATA")
        }
        options = [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--allow-root"]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyter_server", "--no-browser", *options),
                    *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home}"),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **folders},
            )
        try:
            kernel = self._kernel_of(f"http://127.0.0.1:{port}/api/kernels?token={token}")
            self._start_in(home / "RUNTIME" / f"kernel-{kernel}.json")
            time.sleep(self._rng.uniform(0, self._seconds))
        finally:
            kill_all(server)
        (run,) = (run for run in self.workspace.runs() if run.id not in self._before)
        finished(run, self._whole)
        run.delete()
        shutil.rmtree(home)

    def _kernel_of(self, address: str) -> str:
        """A kernel that the server starts; its id."""

        def asked() -> str:
            with suppress(OSError):
                request = urllib.request.Request(address, data=b"{}", method="POST")  # noqa: S310
                with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
                    return str(json.load(answer)["id"])
            return ""

        return until(asked)

    def _start_in(self, connection: Path) -> None:
        """Start a training in the kernel of a connection file, as a notebook does."""
        client = BlockingKernelClient(connection_file=str(connection))
        client.load_connection_file()
        client.start_channels()
        try:
            until(lambda: ready(client))
            code = (
                f"from paddlex_nb import Wizard, Workspace\n"
                f"wizard = Wizard({str(self.workspace.path)!r})\n"
                f"Workspace({str(self.workspace.path)!r}).train({self._dataset!r}, 'fake', "
                f"epochs={self.EPOCHS}, batch_size=2, wait=False)"
            )
            reply = client.execute_interactive(code, timeout=_PATIENCE, output_hook=lambda _: None)
            assert reply["content"]["status"] == "ok", reply["content"]
        finally:
            client.stop_channels()


def ready(client: BlockingKernelClient) -> bool:
    """Whether a kernel answers; on a busy machine it may seem dead while it begins."""
    try:
        client.wait_for_ready(5)
    except RuntimeError:
        return False
    return True


def kill_all(server: subprocess.Popen[bytes]) -> None:
    """Kill a Jupyter server and its kernels with their groups, at once, as a crash would."""
    with suppress(psutil.Error):
        leaders = [server.pid, *(child.pid for child in psutil.Process(server.pid).children())]
        for leader in leaders:
            with suppress(ProcessLookupError):
                os.killpg(leader, signal.SIGKILL)
    server.wait()


def until(condition: Callable[[], T]) -> T:
    """Wait for something that is true, and give it."""
    end = time.monotonic() + _PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)
    return found
