"""Whether the validation images can tell how good a model is. Light."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import few

_SHOWN = 3


def unmeasured_classes(dataset: Path, divided: Path | None = None) -> Message | None:
    """A warning if validation says nothing about the model, or about some of its classes.

    Args:
        dataset: The data set's folder.
        divided: A run's folder, whose split counts instead of the data set's.
    """
    from paddlex_nb.data.store.view import DatasetView

    view = DatasetView(dataset, "val", divided=divided)
    if not len(view):
        return None  # a run does not start so
    known = set(view.occurring.tolist())
    names = [name for number, name in enumerate(view.classes) if number not in known]
    if not names:
        return None
    if not known:
        return Message("training.nothing_to_judge")
    values = {"count": len(names), "classes": len(view.classes)}
    return Message("training.classes_unjudged", {**values, "names": few(names, _SHOWN)})
