"""Classes of a data set renamed and merged; each is a change with its way back."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, column, replace_children, row, styled, text

_NEITHER = ""


class ClassEditor:
    """A button, and the fields that it opens.

    Args:
        dataset: A data set that is ready.
        do: Has work done on the event loop; what fails is said on the page.
        changed: Told after a class was changed.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self, dataset: Dataset, do: Callable[[Call], None], changed: Callable[[], None]
    ) -> None:
        self._dataset, self._do, self._changed = dataset, do, changed
        self._below = column(classes=["class-editor"])
        toggle = button(
            tr("wizard.data.classes.edit"), lambda: do(self._toggle), "quiet", "classes"
        )
        self.widget = column(row(toggle), self._below)

    def _toggle(self) -> None:
        replace_children(self._below, *([] if self._below.children else self._fields()))

    def _fields(self) -> list[w.Widget]:
        do, classes = self._do, self._dataset.classes
        of_class, new_name = tr("browse.class"), tr("wizard.data.classes.new_name")
        self._class = _field(w.Dropdown(options=classes, description=of_class), "class-from")
        self._name = _field(w.Text(description=new_name), "class-name")
        self._merged = _field(w.Dropdown(options=classes, description=of_class), "class-merged")
        merge_into = tr("wizard.data.classes.into")
        into = [("–", _NEITHER), *((name, name) for name in classes)]
        self._into = _field(w.Dropdown(options=into, description=merge_into), "class-into")
        rename = button(tr("wizard.data.classes.rename"), lambda: do(self._rename), "rename-class")
        merge = button(tr("wizard.data.classes.merge"), lambda: do(self._merge), "merge-class")
        return [
            text(tr("wizard.data.classes.note"), "muted"),
            row(self._class, self._name, rename),
            row(self._merged, self._into, merge),
        ]

    def _rename(self) -> None:
        self._dataset.edits.rename_class(str(self._class.value), str(self._name.value))
        self._changed()

    def _merge(self) -> None:
        name, into = str(self._merged.value), str(self._into.value)
        if into not in {_NEITHER, name}:
            self._dataset.edits.merge_classes(name, into)
            self._changed()


def _field(field: w.DOMWidget, name: str) -> w.DOMWidget:
    return styled(field, "field", name)
