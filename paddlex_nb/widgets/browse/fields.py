"""Fields of the filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from paddlex_nb.data.browse import OBJECT_QUANTITIES, Catalogue
from paddlex_nb.i18n import tr

_OF_OBJECTS = {*OBJECT_QUANTITIES, "objects", "largest_object"}


def choice(name: str, values: Sequence[Any], chosen: Any) -> w.Dropdown:
    """A choice among values that have a text each."""
    options = [(tr(f"browse.{name}.{str(value) or 'all'}"), value) for value in values]
    return w.Dropdown(options=options, value=chosen, description=tr(f"browse.{name}"))


def known(catalogue: Catalogue, names: Sequence[str]) -> list[str]:
    """Names of quantities without those about objects, where there are none."""
    objects = len(catalogue.object_images) > 0
    return [name for name in names if objects or name not in _OF_OBJECTS]


def set_if_known(field: w.Dropdown, value: str, otherwise: str) -> None:
    """Choose a value; it may be gone since the data set was changed."""
    offered = {one for _, one in field.options}
    field.value = value if value in offered else otherwise
