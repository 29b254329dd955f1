"""What lies beside an exported model: its description and a program that uses it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.core.files import write_bytes
from paddlex_nb.core.i18n import LANGUAGES, tr
from paddlex_nb.evaluation.threshold import score_threshold
from paddlex_nb.version import __version__

DESCRIPTION = "inference.yml"
SAMPLE = "predict.py"
README = "README.md"

_ORIGIN = ("run", "checkpoint", "epoch", "step", "metric", "time", "training_under_way")
_PACKAGES = {
    "inference": "numpy opencv-python-headless pyyaml paddlepaddle",
    "onnx": "numpy opencv-python-headless pyyaml onnxruntime",
}


def write_description(folder: Path, adapter: Adapter, to: str, origin: dict[str, Any]) -> None:
    """Write ``inference.yml``, ``predict.py`` and ``README.md`` into an export's folder.

    Args:
        folder: The export's folder.
        adapter: The run's model.
        to: ``inference`` or ``onnx``.
        origin: Of which checkpoint the weights are, as `training.origin` tells it.
    """
    record, steps = adapter.setup.record, adapter.preprocessing()
    if steps and (bits := adapter.setup.config.grey_bits):
        steps[0]["grey_bits"] = bits  # the first one decodes
    description = {
        "made_by": f"paddlex_nb {__version__}",
        "task": record.task.value,
        "model": record.model,
        **{name: origin[name] for name in _ORIGIN},
        "input_size": adapter.setup.config.input_size,
        "classes": list(record.classes),
        "preprocessing": steps,
    }
    if (least := score_threshold(record)) is not None:
        description["score_threshold"] = least
    text = yaml.safe_dump(description, allow_unicode=True, sort_keys=False)
    write_bytes(folder / DESCRIPTION, text.encode())
    samples = resources.files("paddlex_nb.export") / "samples"
    write_bytes(folder / SAMPLE, (samples / f"{adapter.sample}.py").read_bytes())
    windows = next((step["size"] for step in steps if step["op"] == "windows"), None)
    paragraphs = []
    for code in LANGUAGES:
        text = tr("export.readme", language=code, model=record.model, packages=_PACKAGES[to])
        if windows is not None:
            text += "\n\n" + tr("export.readme.windows", language=code, size=windows)
        paragraphs.append(text)
    write_bytes(folder / README, "\n\n---\n\n".join(paragraphs).encode() + b"\n")
