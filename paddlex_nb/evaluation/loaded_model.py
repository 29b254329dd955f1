"""The model that predicts, kept for the next prediction of a process that does several."""

from __future__ import annotations

from dataclasses import dataclass

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.runs.checkpoint import CheckpointInfo, CheckpointStore, section
from paddlex_nb.suites import adapter_for


@dataclass(frozen=True)
class LoadedModel:
    """A run's adapter with the weights of a checkpoint.

    Attributes:
        setup: The run, as it was when the adapter was made.
        info: The checkpoint.
        adapter: The adapter.
    """

    setup: RunSetup
    info: CheckpointInfo
    adapter: Adapter


_loaded: LoadedModel | None = None


def loaded_model(setup: RunSetup, checkpoint: str) -> LoadedModel:
    """The model of a run with the weights of a checkpoint; built anew if either has changed.

    For predictions of files: what an adapter knows of the data set may be older than that is.

    Args:
        setup: The run.
        checkpoint: ``best``, ``last`` or the number of an epoch that was kept.

    Raises:
        UserError: There is no such checkpoint, it is damaged, or the suite is not installed.
    """
    global _loaded
    info = CheckpointStore(setup.folder).info(checkpoint)
    if _loaded is None or _loaded.setup != setup or _loaded.info != info:
        _loaded = None  # two models need not fit into memory
        adapter = adapter_for(setup)
        info = load_checkpoint(adapter, checkpoint)
        _loaded = LoadedModel(setup, info, adapter)
    return _loaded


def forget_model() -> None:
    """Free the memory of the model that was kept."""
    global _loaded
    _loaded = None


def load_checkpoint(adapter: Adapter, name: str) -> CheckpointInfo:
    """Give an adapter's model the weights of a checkpoint.

    Raises:
        UserError: There is none of that name, or it is damaged.
    """
    info, arrays = CheckpointStore(adapter.setup.folder).load(name)
    adapter.load_weights(section(arrays, "model"))
    return info
