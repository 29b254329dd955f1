"""Fields of the filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.explore import OBJECT_QUANTITIES, Catalogue
from paddlex_nb.widgets.app.toolkit import styled

_OF_OBJECTS = {*OBJECT_QUANTITIES, "objects", "largest_object", "smallest_object"}


def choice(name: str, values: Sequence[Any], chosen: Any) -> w.Dropdown:
    """A choice among values that have a text each."""
    options = [(tr(f"browse.{name}.{str(value) or 'all'}"), value) for value in values]
    return w.Dropdown(options=options, value=chosen, description=tr(f"browse.{name}"))


class ClassChoice:
    """A field that names a class and is empty again after.

    Args:
        name: What it is for: ``class`` or ``without``.
        catalogue: The data set.
        chosen: Told the class's number.

    Attributes:
        widget: The field.
    """

    def __init__(self, name: str, catalogue: Catalogue, on_choice: Callable[[int], None]) -> None:
        self._chosen = on_choice
        options = _classes(catalogue)
        self.widget = styled(w.Dropdown(options=options, description=tr(f"browse.{name}")), "field")
        self.widget.observe(lambda change: self._choose(change["new"]), "value")

    def _choose(self, number: int) -> None:
        if number >= 0:
            self.widget.value = -1
            self._chosen(number)

    def renew(self, catalogue: Catalogue) -> None:
        """The data set was changed."""
        if list(self.widget.options) != (options := _classes(catalogue)):
            self.widget.options = options


def _classes(catalogue: Catalogue) -> list[tuple[str, int]]:
    names = [(name, number) for number, name in enumerate(catalogue.classes)]
    return [(tr("browse.class.add"), -1), *names]


def known(catalogue: Catalogue, names: Sequence[str]) -> list[str]:
    """Names of quantities without those about objects, where there are none."""
    objects = len(catalogue.object_images) > 0
    return [name for name in names if objects or name not in _OF_OBJECTS]


def set_if_known(field: w.Dropdown, value: str, otherwise: str) -> None:
    """Choose a value; it may be gone since the data set was changed."""
    offered = {one for _, one in field.options}
    field.value = value if value in offered else otherwise
