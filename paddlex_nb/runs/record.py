"""What is kept about a run (``run.json``): all that is needed to do it again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from paddlex_nb.core.files import read_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.spec import Value


class RunRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Description of a run; only its name is ever changed.

    Attributes:
        id: Folder name in the workspace.
        name: What the user calls it.
        dataset: Id of the data set.
        task: Task of the data set.
        model: Name in the catalogue.
        classes: Class names, in the order of the model's outputs.
        weights: Starting weights: ``none``, the name of published ones, the path of a file, or
            ``run:<id>``.
        params: Every parameter's value.
        reasons: Why a recommended value was chosen, by parameter.
        created: Seconds since the epoch.
        version: Version of paddlex_nb.
        tiles: How the images of the data set were cut into tiles, if they were.
    """

    id: str
    name: str
    dataset: str
    task: Task
    model: str
    classes: list[str]
    weights: str = "none"
    params: dict[str, Value] = {}
    reasons: dict[str, Message] = {}
    created: float = 0.0
    version: str = ""
    tiles: Tiling | None = None


def read_run(folder: Path) -> RunRecord:
    """The description of the run in ``folder``.

    Raises:
        UserError: There is none, or it is damaged.
    """
    return read_json(RunFolder(folder).record, RunRecord)
