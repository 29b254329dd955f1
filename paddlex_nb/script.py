"""A run as code: whatever the wizard did can be had without it."""

from __future__ import annotations

import shlex

from paddlex_nb.core.errors import UserError
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


def python_script(run: Run) -> str:
    """A Python script that does the same as the wizard did for ``run``."""
    record = run.record
    source, more, split = _data(run)
    params = "".join(f"    {name}={value!r},\n" for name, value in record.params.items())
    return (
        "from paddlex_nb import Workspace\n\n"
        f"workspace = Workspace({str(_workspace(run).path)!r})\n"
        f"dataset = workspace.import_dataset({source!r}, task={record.task.value!r}{more})\n"
        f"{split}"
        "run = workspace.train(\n"
        "    dataset,\n"
        f"    {record.model!r},\n"
        f"    weights={record.weights!r},\n"
        f"{params}"
        ")\n"
        'print(run.evaluate("val"))\n'
        'print(run.export("inference"))\n'
    )


def command_lines(run: Run) -> str:
    """The same for a terminal."""
    record = run.record
    space = f"--workspace {shlex.quote(str(_workspace(run).path))}"
    sets = "".join(
        f" \\\n  --set {shlex.quote(f'{name}={_written(value)}')}"
        for name, value in record.params.items()
    )
    weights = f" --weights {shlex.quote(record.weights)}" if record.weights != "none" else ""
    return (
        f"paddlex-nb train {shlex.quote(record.dataset)} {space} --follow"
        f" --model {record.model}{weights}{sets}\n"
        f"paddlex-nb evaluate RUN {space}\n"
        f"paddlex-nb export RUN {space} --to onnx\n"
    ).replace("RUN", shlex.quote(run.id))


def _workspace(run: Run) -> Workspace:
    return Workspace(RunFolder(run.folder).workspace.path)


def _data(run: Run) -> tuple[str, str, str]:
    """Where the data came from, how it was read if not as usual, and the line that divides them."""
    try:
        dataset = _workspace(run).dataset(run.record.dataset).record
    except UserError:  # deleted since
        return run.record.dataset, "", ""
    more = f", encoding={dataset.encoding!r}" if dataset.encoding else ""
    plan = dataset.split
    if plan is None or plan.given:
        return dataset.source, more, ""
    shares = f"train={plan.train}, val={plan.val}, test={plan.test}, seed={plan.seed}"
    return dataset.source, more, f"dataset.split({shares})\n"


def _written(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "none" if value is None else str(value)
