"""The job that shows where in images a classifier looks."""

from __future__ import annotations

import base64
from functools import partial
from pathlib import Path
from typing import Any, Literal

import cv2
import msgspec
import numpy as np

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.evaluation.evaluate import stop_if_asked
from paddlex_nb.evaluation.explained import asked_classes
from paddlex_nb.evaluation.loaded_model import loaded_model
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.runs.origin import origin
from paddlex_nb.suites.failures import in_words

Method = Literal["gradient", "perturbation"]


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments of an explanation job.

    Attributes:
        paths: Images.
        checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
        method: ``gradient`` (Grad-CAM) or ``perturbation`` (RISE).
        class_name: The class to explain, or one an image; by default the one that is predicted.
    """

    paths: list[str]
    checkpoint: str = "best"
    method: Method = "gradient"
    class_name: str | list[str] | None = None


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Explain the class of each image.

    Returns:
        ``explanations``, one an image: ``path``, ``class`` and its ``score``, ``heat`` (a grey PNG,
        as base64, of the part of the image that the model sees) and ``region`` (that part: left,
        top, width and height in shares of the image's sides). ``method``, ``classes``, and what
        `training.origin` tells of the checkpoint.

    Raises:
        Stopped: The user asked for it.
        UserError: It is not a classifier, or an image or the checkpoint cannot be read.
    """
    setup = RunSetup.load(context.item)
    classes = setup.record.classes
    names = asked_classes(setup.record, arguments.class_name, len(arguments.paths))
    context.progress("load", 0, 1)
    explanations: list[dict[str, Any]] = []
    with in_words():
        model = loaded_model(setup, arguments.checkpoint)
        source = origin(context, model.info, arguments.checkpoint)
        adapter = model.adapter
        for path, name in zip(map(Path, arguments.paths), names, strict=True):
            batch = adapter.file_batch([path])
            scores = np.asarray(adapter.predict(batch))[0]
            class_id = int(scores.argmax()) if name is None else classes.index(name)
            stop_if_asked(context)
            adapter.waiting = partial(stop_if_asked, context)
            heat, region = adapter.explain(path, class_id, arguments.method)
            png = cv2.imencode(".png", np.round(heat * 255).astype(np.uint8))[1].tobytes()
            explanations.append(
                {
                    "path": str(path),
                    "class": classes[class_id],
                    "score": float(scores[class_id]),
                    "heat": base64.b64encode(png).decode(),
                    "region": list(region),
                }
            )
            context.progress("explain", len(explanations), len(arguments.paths), "images")
    return {
        "explanations": explanations,
        "method": arguments.method,
        "classes": classes,
        **source,
    }
