"""``explain``: where in images a classifier looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from paddlex_nb.cli.follow import wait_for_result
from paddlex_nb.cli.results import PATH, of_checkpoint, of_run
from paddlex_nb.cli.run_details import origin_text
from paddlex_nb.cli.shared import Command, Reply, option, settings, table
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import columns
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.explanation import reading, save_explanations
from paddlex_nb.results.new_folder import require_free

_METHODS = ("gradient", "perturbation")


@click.command("explain", cls=Command, help=tr("cli.explain.help"))
@of_run
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True)
@option("--method", type=click.Choice(_METHODS), default="gradient", text="explain_method")
@option("--class", "class_name", metavar="CLASS", text="explain_class")
@option("--out", type=PATH, metavar="FOLDER", text="explain_out")
@of_checkpoint
def explain(
    run: str,
    images: tuple[str, ...],
    method: Literal["gradient", "perturbation"],
    class_name: str | None,
    out: Path | None,
    checkpoint: str,
) -> Reply:
    """Draw where a classifier looks."""
    target = settings().workspace.run(run)
    if out is not None:
        out = out.expanduser().absolute()
        require_free(out)  # said before there is a job
    job = target.explain(images, method, class_name, checkpoint, wait=False)
    explained = wait_for_result(job, settings())
    exports = RunFolder(target.folder).workspace.exports
    folder = out or exports / f"{target.id}-{job.folder.name}"
    files = save_explanations(explained, folder)
    lines: list[dict[str, Any]] = [
        {"path": str(one.path), "class": one.class_name, "score": one.score, "drawn": str(file)}
        for one, file in zip(explained, files, strict=True)
    ]
    result = job.status.result
    data = {name: result[name] for name in ("run", "checkpoint", "epoch", "step", "method")}
    shown = table(
        columns("file", "class", "score", "drawn"),
        [(line["path"], line["class"], line["score"], Path(line["drawn"]).name) for line in lines],
    )
    text = "\n".join(
        [
            origin_text(result),
            "",
            shown,
            reading(explained),
            tr("cli.predict.saved", out=folder),
        ]
    )
    return Reply({**data, "explanations": lines, "out": str(folder)}, text)
