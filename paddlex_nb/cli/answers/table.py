"""Which command answers what."""

from __future__ import annotations

from paddlex_nb.cli.answers import changes, datasets, evaluation, models, results, runs, system
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
    "dataset fixes": (changes.Fixes,),
    "dataset fix": (changes.Changes,),
    "dataset mends": (changes.Mends,),
    "dataset mend": (changes.Changes,),
    "dataset exclude": (changes.Changes,),
    "dataset include": (changes.Changes,),
    "dataset set-class": (changes.Changes,),
    "dataset move": (changes.Moved,),
    "dataset drop-objects": (changes.Changes,),
    "dataset set-object-class": (changes.Changes,),
    "dataset set-box": (changes.Changes,),
    "dataset add-object": (changes.Changes,),
    "dataset remap-masks": (changes.Changes,),
    "dataset merge-classes": (changes.Changes,),
    "dataset rename-class": (changes.Changes,),
    "dataset remove-classes": (changes.Changes,),
    "dataset relocate": (Relocation,),
    "dataset changes": (changes.Changes,),
    "dataset undo": (changes.Changes,),
    "dataset export": (datasets.DatasetExport,),
    "dataset rename": (changes.Renamed,),
    "dataset delete": (changes.Deleted,),
    "models": (models.Models,),
    "weights list": (models.PublishedFiles,),
    "weights fetch": (models.PublishedFile,),
    "weights add": (models.PublishedFile,),
    "params": (models.ModelParams, models.Advice),
    "train": (runs.Training,),
    "resume": (runs.Training,),
    "runs": (runs.RunList,),
    "runs list": (runs.RunList,),
    "runs show": (runs.ShownRun,),
    "runs script": (runs.Script,),
    "runs annotate": (runs.Annotations,),
    "runs threshold": (runs.Threshold,),
    "runs rename": (changes.Renamed,),
    "runs delete": (changes.Deleted,),
    "rename": (changes.Renamed,),
    "rm": (changes.Deleted,),
    "compare": (runs.Comparison,),
    "evaluate": (evaluation.Evaluation,),
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
