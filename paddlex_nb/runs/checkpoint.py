"""Checkpoints: one file each, written whole or not at all, read without executing anything.

A checkpoint is a NumPy archive (``.npz``, pickling off) of arrays named
``<section>/<tensor>`` and of one JSON text about them. The sections ``model`` (what is evaluated
and exported) is always there; the last checkpoint also holds what resuming needs. The state of
the random numbers and of the data order is not stored, because both are functions of seed and
step.
"""

from __future__ import annotations

import os
import time
import uuid
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, make_folder
from paddlex_nb.core.wording import instead
from paddlex_nb.jobs.events import Epoch
from paddlex_nb.layout.run import WeightsFolder

Arrays = dict[str, np.ndarray[Any, Any]]
"""Tensors by name."""

_META = "checkpoint.json"
_FORMAT = 1


class CheckpointInfo(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What a checkpoint says about itself.

    Attributes:
        name: ``best``, ``last`` or ``epoch-<number>``.
        epoch: Whole epochs trained.
        step: Steps trained.
        metrics: Validation metrics of these weights, the main one first, None where undefined;
            empty if unknown.
        best_value: Best main metric of the run so far; None if it is undefined.
        best_epoch: The epoch that counts as the best (see `training.best`).
        best_loss: Its loss; None if a former version did not tell.
        improved_epoch: The first epoch with ``best_value``; 0 if a former version did not tell.
        epoch_loss: Sum of the losses of the epoch under way.
        batches: Batches done of the epoch under way.
        ended: What was, or was about to be, reported of the last whole epoch; None if unknown. A
            kill between checkpoint and report would else leave a hole in the curves.
        saved: When it was written, in seconds since 1970; 0 if unknown.
        format: Version of the file's layout.
    """

    name: str
    epoch: int
    step: int
    metrics: dict[str, float | None] = {}
    best_value: float | None = None
    best_epoch: int = 0
    best_loss: float | None = None
    improved_epoch: int = 0
    epoch_loss: float = 0.0
    batches: int = 0
    ended: Epoch | None = None
    saved: float = 0.0
    format: int = _FORMAT


class CheckpointStore:
    """The checkpoints of one run.

    Args:
        folder: The run's folder; its ``checkpoints`` is made when something is saved.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = WeightsFolder(folder).checkpoints

    def save(self, info: CheckpointInfo, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Write a checkpoint; the former one of that name stays until the new one is whole.

        Args:
            info: What to say about it; the time is added.
            arrays: Tensors by ``<section>/<name>``.

        Raises:
            UserError: The disk is full, or the folder may not be written.
        """
        if any(array.dtype.hasobject for array in arrays.values()):
            raise TypeError("a checkpoint holds plain arrays only")  # NumPy would pickle others
        path, info = self._path(info.name), msgspec.structs.replace(info, saved=time.time())
        with disk_errors(path):
            make_folder(self.folder)
            draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
            try:
                with draft.open("xb") as file:
                    meta = np.frombuffer(msgspec.json.encode(info), dtype=np.uint8)
                    members: dict[str, Any] = {_META: meta, **arrays}
                    np.savez(file, **members)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise

    def load(self, name: str) -> tuple[CheckpointInfo, Arrays]:
        """Read a checkpoint.

        Raises:
            UserError: There is none of that name, or it is damaged.
        """
        return read_checkpoint(self._existing(name))

    def info(self, name: str) -> CheckpointInfo:
        """What a checkpoint says about itself, without reading its tensors.

        Raises:
            UserError: There is none of that name, or it is damaged.
        """
        return _read(self._existing(name), tensors=False)[0]

    def own_name(self, name: str) -> str:
        """The own name of a checkpoint that is called ``best``, ``last``, ``epoch-5`` or ``5``.

        That of ``best`` is ``last`` while there is no other.

        Raises:
            UserError: There is none of that name; names those there are.
        """
        return self._existing(name).stem

    def names(self) -> list[str]:
        """Names of all checkpoints: ``best``, ``last``, then the kept epochs, newest first."""
        stems = [path.stem for path in self.folder.glob("[!.]*.npz")]
        return sorted(stems, key=lambda n: (n != "best", n != "last", -_epoch(n), n))

    def keep(self, count: int) -> None:
        """Delete the oldest of the ``epoch-…`` checkpoints beyond ``count``, and torn drafts."""
        kept = [name for name in self.names() if name not in {"best", "last"}]
        for name in kept[count:]:
            self._path(name).unlink(missing_ok=True)
        self.clear()

    def clear(self) -> None:
        """Delete what a killed trainer left half written; nobody may be writing."""
        for draft in self.folder.glob(".*.npz.*"):
            draft.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npz"

    def _existing(self, name: str) -> Path:
        """The file of ``best``, ``last``, ``epoch-5`` or just ``5``."""
        names = self.names()
        wanted = f"epoch-{name}" if name.isdecimal() else name
        if wanted == "best" and wanted not in names and "last" in names:
            wanted = "last"  # stopped before the first evaluation
        if wanted not in names:  # also what keeps a name from leaving the folder
            if not names:
                raise UserError("training.no_checkpoint_yet")
            known = instead(name, [n.removeprefix("epoch-") for n in names])
            raise UserError("training.no_checkpoint", name=name, known=known)
        return self._path(wanted)


def read_checkpoint(path: Path) -> tuple[CheckpointInfo, Arrays]:
    """Read a checkpoint's file.

    Raises:
        UserError: It is missing or damaged.
    """
    return _read(path, tensors=True)


def section(arrays: Arrays, name: str) -> Arrays:
    """The tensors of one section, by their own names."""
    prefix = f"{name}/"
    return {key[len(prefix) :]: value for key, value in arrays.items() if key.startswith(prefix)}


def with_section(name: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Arrays:
    """Tensors named as members of a section."""
    return {f"{name}/{key}": value for key, value in arrays.items()}


def _read(path: Path, *, tensors: bool) -> tuple[CheckpointInfo, Arrays]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            info = msgspec.json.decode(archive[_META].tobytes(), type=CheckpointInfo)
            names = [name for name in archive.files if name != _META] if tensors else []
            arrays = {name: archive[name] for name in names}
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except (
        OSError,
        ValueError,
        EOFError,
        KeyError,
        zipfile.BadZipFile,
        msgspec.MsgspecError,
    ) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise UserError("core.file_damaged", path=path, reason="not only arrays")
    return info, arrays


def _epoch(name: str) -> int:
    number = name.removeprefix("epoch-")
    return int(number) if number.isdecimal() else 0


def checkpoints(folder: Path) -> list[CheckpointInfo]:
    """What checkpoints a run has, best and last first; damaged ones are left out.

    Args:
        folder: The run's folder.
    """
    store = CheckpointStore(folder)
    infos: list[CheckpointInfo] = []
    for name in store.names():
        with suppress(UserError):
            infos.append(store.info(name))
    return infos
