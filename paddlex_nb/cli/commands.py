"""All commands in one tree; each file has those of one room."""

from __future__ import annotations

import click

from paddlex_nb.cli import (
    annotate,
    apps,
    compare,
    corrections,
    datasets,
    explain,
    fixes,
    jobs,
    label_corrections,
    labels,
    mcp,
    params,
    relocate,
    removal,
    results,
    run_details,
    run_script,
    runs,
    schema,
    system,
    threshold,
    weights,
)
from paddlex_nb.cli.shared import Group
from paddlex_nb.core.i18n import tr
from paddlex_nb.version import __version__

dataset = Group(
    "dataset",
    help=tr("cli.dataset.help"),
    commands=[
        datasets.import_,
        datasets.update,
        datasets.list_,
        datasets.check,
        datasets.split,
        datasets.stats,
        fixes.fixes,
        fixes.fix,
        fixes.mends,
        fixes.mend,
        corrections.exclude,
        corrections.include,
        corrections.set_class,
        corrections.move,
        label_corrections.drop_objects,
        label_corrections.set_object_class,
        label_corrections.set_box,
        label_corrections.add_object,
        label_corrections.remap_masks,
        label_corrections.merge_classes,
        label_corrections.rename_class,
        label_corrections.remove_classes,
        relocate.relocate,
        fixes.changes,
        fixes.undo,
        datasets.export,
        removal.rename_dataset,
        removal.delete_datasets,
    ],
)

for command in (
    run_details.show,
    run_script.script,
    annotate.annotate,
    threshold.threshold,
    removal.rename_run,
    removal.delete_runs,
):
    runs.runs.add_command(command)


@click.group(
    cls=Group,
    help=tr("cli.help"),
    commands=[
        system.doctor,
        system.setup,
        system.disk,
        apps.demo,
        apps.app,
        datasets.sample,
        dataset,
        runs.models,
        weights.weights,
        params.params,
        runs.train,
        runs.runs,
        jobs.jobs,
        jobs.logs,
        jobs.stop,
        runs.resume,
        compare.compare,
        results.evaluate,
        labels.labels,
        results.predict,
        explain.explain,
        results.export,
        results.save,
        removal.rm,
        removal.rename,
        schema.schema,
        mcp.mcp,
    ],
)
@click.version_option(__version__, prog_name="paddlex-nb")
def app() -> None:
    """The tree's root."""
