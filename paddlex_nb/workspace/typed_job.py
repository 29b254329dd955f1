"""What the job of each kind gives: what the verb that started it would have given."""

from __future__ import annotations

from functools import partial
from typing import Any

from paddlex_nb.dataset import DatasetJob, ImportJob
from paddlex_nb.jobs.job import Job
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.run import RunJob, TrainingJob


def typed_job(job: Job) -> Job[Any]:
    """A job whose result has a type: what the verb that started it gives."""
    from paddlex_nb.results.evaluation import Evaluation
    from paddlex_nb.results.explanation import Explanation
    from paddlex_nb.results.export import DatasetExport, Export
    from paddlex_nb.results.predictions import Predictions
    from paddlex_nb.results.update import Update

    folder = job.folder
    match job.kind:
        case "import":
            return ImportJob(folder)
        case "train":
            return TrainingJob(folder)
        case "update":
            return DatasetJob(folder, Update.from_dict)
        case "write":
            return DatasetJob(folder, DatasetExport.from_dict)
        case "evaluate" | "evaluate_photos":
            run = JobFolder(folder).item.path
            return RunJob(folder, partial(Evaluation.from_dict, folder=run))
        case "predict":
            return RunJob(folder, Predictions.from_dict)
        case "explain":
            return RunJob(folder, Explanation.from_result)
        case "export":
            return RunJob(folder, Export.from_dict)
    return job
