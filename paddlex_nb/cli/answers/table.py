"""Which command answers what."""

from __future__ import annotations

from paddlex_nb.cli.answers import datasets, results, runs, system
from paddlex_nb.cli.answers.shared import ErrorAnswer
from paddlex_nb.data.importing.relocation import Relocation
from paddlex_nb.hosts.setup import SetupResult
from paddlex_nb.jobs.events import AnyEvent

ANSWERS: dict[str, tuple[object, ...]] = {
    "sample": (datasets.Sample,),
    "dataset import": (datasets.Imported,),
    "dataset update": (datasets.Updated,),
    "dataset list": (datasets.DatasetList,),
    "dataset check": (datasets.Checked,),
    "dataset split": (datasets.Split,),
    "dataset stats": (datasets.WithPlots,),
    "dataset fixes": (datasets.Fixes,),
    "dataset fix": (datasets.Changes,),
    "dataset mends": (datasets.Mends,),
    "dataset mend": (datasets.Changes,),
    "dataset exclude": (datasets.Changes,),
    "dataset include": (datasets.Changes,),
    "dataset set-class": (datasets.Changes,),
    "dataset move": (datasets.Moved,),
    "dataset drop-objects": (datasets.Changes,),
    "dataset set-object-class": (datasets.Changes,),
    "dataset set-box": (datasets.Changes,),
    "dataset add-object": (datasets.Changes,),
    "dataset remap-masks": (datasets.Changes,),
    "dataset merge-classes": (datasets.Changes,),
    "dataset rename-class": (datasets.Changes,),
    "dataset remove-classes": (datasets.Changes,),
    "dataset relocate": (Relocation,),
    "dataset changes": (datasets.Changes,),
    "dataset undo": (datasets.Changes,),
    "dataset export": (datasets.DatasetExport,),
    "dataset rename": (datasets.Renamed,),
    "dataset delete": (datasets.Deleted,),
    "models": (runs.Models,),
    "weights list": (runs.PublishedFiles,),
    "weights fetch": (runs.PublishedFile,),
    "weights add": (runs.PublishedFile,),
    "params": (runs.ModelParams, runs.Advice),
    "train": (runs.Training,),
    "resume": (runs.Training,),
    "runs": (runs.RunList,),
    "runs list": (runs.RunList,),
    "runs show": (runs.ShownRun,),
    "runs script": (runs.Script,),
    "runs annotate": (runs.Annotations,),
    "runs threshold": (runs.Threshold,),
    "runs rename": (datasets.Renamed,),
    "runs delete": (datasets.Deleted,),
    "rename": (datasets.Renamed,),
    "rm": (datasets.Deleted,),
    "compare": (runs.Comparison,),
    "evaluate": (results.Evaluation,),
    "labels": (results.LabelErrors, results.KeptLabels),
    "predict": (results.Predictions,),
    "explain": (results.Explanations,),
    "export": (results.Export,),
    "save": (results.Saved,),
    "jobs list": (system.Jobs,),
    "jobs stop": (system.Stopped,),
    "jobs follow": (system.Job,),
    "jobs first": (system.Job,),
    "jobs logs": (system.Log, system.Job),
    "logs": (system.Log, system.Job),
    "stop": (system.Stopped,),
    "doctor": (system.Diagnosis,),
    "setup": (SetupResult,),
    "disk": (system.DiskUse,),
    "demo": (system.Demo,),
    "schema": (system.Schemas,),
}
"""The answer of each command; one of them where it depends on the options."""

BESIDE: dict[str, tuple[object, ...]] = {"error": (ErrorAnswer,), "event": (AnyEvent,)}
"""What any command answers when it fails, and a line of a job's file of events."""

SILENT = frozenset({"app", "mcp"})
"""Commands that serve until they are ended, and answer nothing."""
