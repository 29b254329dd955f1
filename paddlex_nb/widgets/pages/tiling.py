"""Fields that say how large images are cut into tiles, folded away until they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.images.tiles import KEEP, OVERLAP, as_tiling
from paddlex_nb.widgets.app.toolkit import column, esc, html, row, styled

IMPORT: Mapping[str, float] = {"tile": 0, "tile_overlap": OVERLAP, "tile_keep": KEEP}
"""The fields of an import, and what holds where nothing is typed; a size of 0 is no tiles."""


class TilingFields:
    """A button, and fields behind it.

    Args:
        kind: ``import`` or ``predict``; their texts are ``wizard.tiles.<kind>``.
        usual: What holds where nothing is typed, by the name of the option; 0 for no tiles.
        typed: What was typed before, by the name of the option.
        changed: Called with all that is typed.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        kind: str,
        usual: Mapping[str, float],
        typed: Mapping[str, str],
        changed: Callable[[dict[str, str]], None],
    ) -> None:
        self._usual = usual
        self._fields = {name: _field(name, usual[name], typed.get(name, "")) for name in usual}
        note = html(f"<p>{esc(tr(f'wizard.tiles.{kind}'))}</p>", "field-note")
        self._inside = column(row(*self._fields.values(), classes=["filters"]), note)
        self._more = styled(
            w.ToggleButton(
                description=tr("wizard.tiles.more"),
                tooltip=tr("wizard.tiles.more"),
                value=any(typed.values()),
            ),
            "button",
            "quiet",
            "more",
        )
        self._unfold()
        self._more.observe(lambda _: self._unfold(), "value")
        for field in self._fields.values():
            field.observe(lambda _: changed(self.typed), "value")
        self.widget = column(self._more, self._inside, classes=["tiling"])

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields, by the name of the option."""
        return {name: field.value.strip() for name, field in self._fields.items()}

    @property
    def options(self) -> dict[str, Any]:
        """The options that are not as usual, for an import or a prediction.

        Raises:
            UserError: One of them is not what it may be; says which, and what it may be.
        """
        given = {name: _number(text) for name, text in self.typed.items() if text}
        if given.get("tile") == 0:  # images stay whole, whatever else is said
            return {"tile": 0} if self._usual["tile"] else {}
        values = {**self._usual, **given}
        if not values["tile"]:
            if given:
                raise UserError("wizard.tiles.no_size")
            return {}
        as_tiling(values["tile"], values["tile_overlap"], values.get("tile_keep", KEEP))
        return given

    def _unfold(self) -> None:
        self._inside.layout.display = "" if self._more.value else "none"


def tile_size(typed: str) -> int:
    """A size of tiles that was typed, in pixels.

    Raises:
        UserError: It is none; says what it may be.
    """
    return as_tiling(_number(typed.strip())).size


def _field(name: str, usual: float, typed: str) -> w.Text:
    return styled(
        w.Text(
            value=typed,
            placeholder=f"{usual:g}" if usual else tr("wizard.tiles.whole"),
            description=tr(f"wizard.tiles.{name}"),
            continuous_update=False,
        ),
        "field",
        name.replace("_", "-"),
    )


def _number(text: str) -> float | str:
    """A number as such; other text as it is, which a check then names."""
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        return text
    value = value / 100 if text.endswith("%") else value
    return int(value) if value.is_integer() else value
