"""How fast models train on this machine, by the runs that there are."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.runs.estimate import Pattern, patterns
from paddlex_nb.runs.record import read_run


def model_speeds(runs: Iterable[Path], host: str) -> dict[str, Pattern]:
    """What the newest training of each model took on a machine; reads every run.

    Args:
        runs: Folders of runs, newest first.
        host: Name of the machine.

    Returns:
        By name of the model; those that were not trained there are left out.
    """
    newest: dict[str, Pattern] = {}
    for folder in runs:
        with suppress(UserError):  # damaged, or deleted a moment ago
            name = read_run(folder).model
            if name not in newest and (known := patterns([folder], name, host)):
                newest[name] = known[0]
    return newest
