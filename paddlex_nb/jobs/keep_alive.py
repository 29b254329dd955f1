"""A worker that is kept alive after its job, so that the next one of its run starts at once.

Paddle, a suite and a model take seconds to load, a prediction takes milliseconds. A worker that has
done such a job waits for another one of the same run, which a launcher hands over through a socket
of this machine, and ends when none has come for a while. A workspace has one at a time for each
user and machine. Its key lies in a file that only the user can read; without the file, when a
training needs the memory or when the run is deleted, the worker leaves. It says of each job when it
is done with it (`JobProcess.left`): who stops that job late must not hit the next one.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.hosts.environment import host_name, user_name
from paddlex_nb.hosts.processor import gpus, job_environment, memory
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.on_end import VARIABLE as ON_END
from paddlex_nb.jobs.queue import training_under_way
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.workspace import JOBS, WorkspaceFolder
from paddlex_nb.version import __version__

KINDS = {"predict", "evaluate", "evaluate_photos", "explain"}
"""Kinds of job that leave a loaded model behind which the next one can use."""

VARIABLE = "PADDLEX_NB_KEEP_ALIVE"
"""Variable of the environment: seconds to wait for the next job; 0 to end after each."""

_SECONDS = 300.0
_LOOK = 1.0
"""Seconds between two looks at whether the worker is still wanted."""

_PATIENCE = 2.0
"""Seconds for an answer through the socket."""

_READ_AT_START = (
    "PADDLEX_NB_",
    "OMP_",
    "KMP_",
    "MKL_",
    "MALLOC_",
    "CUDA_",
    "FLAGS_",
    "LANG",
    "LC_",
)


class KeptAlive(msgspec.Struct, kw_only=True):
    """A worker that waits.

    Attributes:
        process: Which process it is.
        item: Folder of the run that it has done a job for.
        port: Where it listens, on this machine alone.
        key: What a launcher has to show.
        started_with: What its environment was when it started, as far as that matters.
    """

    process: JobProcess
    item: str
    port: int
    key: str
    started_with: str


def hand_over(folder: Path, kind: str) -> int | None:
    """Give a job to the worker that waits for one of its run.

    Args:
        folder: The job's folder, ready to be worked in.
        kind: The job's kind.

    Returns:
        The worker's pid; None if there is none, or it is busy, or the job is none for it.
    """
    files = JobFolder(folder)
    worker = _waiting(files.workspace) if kind in KINDS else None
    if worker is None or worker.item != str(files.item.path):
        return None
    if worker.started_with != _environment({**os.environ, **job_environment()}):
        return None
    try:
        with socket.create_connection(("127.0.0.1", worker.port), _PATIENCE) as connection:
            connection.settimeout(_PATIENCE)
            asked = json.dumps({"key": worker.key, "job": folder.name})
            connection.sendall(asked.encode() + b"\n")
            # it begins only once it has heard that the launcher has not given it up
            if connection.recv(1) != b"r":
                return None
            connection.sendall(b"g")
            connection.recv(1)
    except OSError:
        pass
    # whoever is first to make this file has the job, however late an answer comes
    return None if _claimed(files.process, b"") else worker.process.pid


def dismiss(workspace: WorkspaceFolder) -> None:
    """Have the worker that waits, if there is one, end within a second: its memory is needed."""
    with suppress(OSError):
        workspace.kept_alive(_user()).unlink(missing_ok=True)


def environment() -> str:
    """What this process has read when it started: to be asked for before Paddle adds to it."""
    return _environment(os.environ)


def stay(folder: Path, work: Callable[[Path], int], started_with: str) -> None:
    """Wait for further jobs of the run whose job was just done, and do them.

    Args:
        folder: Folder of the job that was done.
        work: Does the job in a folder.
        started_with: The `environment` when this process started.
    """
    limit = _seconds()
    files = JobFolder(folder)
    if limit <= 0 or not _room(files.workspace):
        return
    record = files.workspace.kept_alive(_user())
    worker = KeptAlive(
        process=JobProcess.from_pid(os.getpid()),
        item=str(files.item.path),
        port=0,
        key=secrets.token_hex(32),
        started_with=started_with,
    )
    try:
        _let_go(folder, worker.process)
        _write(record, worker)
        while (name := _next_job(record, worker, limit)) is not None:
            folder = files.item.jobs / name
            _work(folder, work)
            _let_go(folder, worker.process)
            if not _room(files.workspace):
                return
    except (OSError, UserError):  # nothing that a user has to hear of: it just ends
        return
    finally:
        with suppress(OSError):
            if _registered(record, worker):
                record.unlink()


def _next_job(record: Path, worker: KeptAlive, limit: float) -> str | None:
    """Name of the job's folder that is handed over next; None if the worker is to leave.

    There is a socket only meanwhile: whoever asks a worker that works is refused at once.
    """
    end = time.monotonic() + limit
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(_LOOK)
        worker.port = server.getsockname()[1]
        if not _registered(record, worker):
            return None
        _write(record, worker)
        while time.monotonic() < end and _registered(record, worker):
            name = _asked(server, worker)
            if name is not None:
                return name
    return None


def _work(folder: Path, work: Callable[[Path], int]) -> None:
    """Do a job with its own log as output."""
    with JobFolder(folder).log.open("ab") as log:
        _print_to(log)
    os.chdir(folder)
    work(folder)


def _let_go(folder: Path, process: JobProcess) -> None:
    """Be done with a job: its files may be deleted, on Windows too, and nobody kills it here."""
    files = JobFolder(folder)
    if folder.exists():  # whoever has deleted it does not want it back
        write_json(files.process, msgspec.structs.replace(process, left=True))
    os.chdir(files.workspace.path)
    with Path(os.devnull).open("ab") as nothing:
        _print_to(nothing)


def _print_to(file: IO[bytes]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    for number in (1, 2):
        os.dup2(file.fileno(), number)


def _write(record: Path, worker: KeptAlive) -> None:
    draft = record.with_name(f"{record.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(msgspec.json.encode(worker))
    draft.replace(record)


def _claimed(path: Path, content: bytes) -> bool:
    """Whether this process was the first to make a file."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _room(workspace: WorkspaceFolder) -> bool:
    """Whether a loaded model may stay: trainings need a GPU's memory, and the little there is."""
    total, free = memory()
    return free > total / 4 and not (gpus() and training_under_way(workspace))


def _registered(record: Path, worker: KeptAlive) -> bool:
    """Whether the worker is still the one that a launcher would find, and its run is there."""
    try:
        return read_json(record, KeptAlive).key == worker.key and Path(worker.item).exists()
    except UserError:
        return False


def _waiting(workspace: WorkspaceFolder) -> KeptAlive | None:
    """The worker that waits in a workspace, if it is of this machine and alive."""
    record = workspace.kept_alive(_user())
    try:
        worker = read_json(record, KeptAlive)
    except UserError:
        return None
    alive = worker.process.here and not worker.process.foreign and worker.process.alive(record)
    return worker if alive and not worker.process.suspended else None


def _asked(server: socket.socket, worker: KeptAlive) -> str | None:
    """Name of the job's folder that a launcher hands over; None if none does within a look."""
    try:
        connection, _ = server.accept()
    except TimeoutError:
        return None
    with connection, suppress(OSError, ValueError, KeyError, TypeError):
        connection.settimeout(_PATIENCE)
        line = b""
        while not line.endswith(b"\n") and len(line) < 1000 and (more := connection.recv(1000)):
            line += more
        asked = json.loads(line)
        name = str(asked["job"])
        if not hmac.compare_digest(str(asked["key"]).encode(), worker.key.encode()):
            return None
        if re.fullmatch(r"\d+-[a-z]+", name) is None:  # a folder among the run's jobs, no path
            return None
        connection.sendall(b"r")
        process = JobFolder(Path(worker.item) / JOBS / name).process
        mine = msgspec.json.encode(worker.process)
        if connection.recv(1) == b"g" and _claimed(process, mine):
            with suppress(OSError):  # it has gone, but the job is here now
                connection.sendall(b"t")
            return name
    return None


def _seconds() -> float:
    try:
        return float(os.environ.get(VARIABLE, _SECONDS))
    except ValueError:
        return _SECONDS


def _user() -> str:
    return re.sub(r"\W", "_", f"{user_name()}-{host_name()}")


def _environment(variables: dict[str, str] | os._Environ[str]) -> str:
    """What a process reads when it starts, to be compared."""
    kept = {
        name: text
        for name, text in variables.items()
        if name.startswith(_READ_AT_START) and name != ON_END
    }
    return json.dumps([__version__, sys.executable, sorted(kept.items())])
