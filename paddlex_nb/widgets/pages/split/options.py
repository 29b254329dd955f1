"""The finer choices of a split: what stays together, and folds."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.splitting.grouping import COLUMN, FOLDER
from paddlex_nb.data.store.records import SplitPlan
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import row, styled

_PATTERN = "pattern"
_FOLDS = (0, 3, 5, 10)


class SplitOptions:
    """Choices that are shown below the sliders.

    Args:
        plan: The split as it is.
        changed: Called after a choice.

    Attributes:
        widget: What to show.
    """

    def __init__(self, plan: SplitPlan, changed: Callable[[], None]) -> None:
        known = {"": "", FOLDER: FOLDER, COLUMN: COLUMN}
        choices = [(tr(f"wizard.split.together.{v or 'copies'}"), v) for v in (*known, _PATTERN)]
        self._together = w.Dropdown(
            options=choices,
            value=known.get(plan.together, _PATTERN),
            description=tr("wizard.split.together"),
        )
        self._pattern = w.Text(
            value="" if plan.together in known else plan.together,
            placeholder=r"patient(\d+)",
            description=tr("wizard.split.pattern"),
            continuous_update=False,
        )
        folds = [(tr(f"wizard.split.folds.{'some' if n else 'none'}", folds=n), n) for n in _FOLDS]
        if plan.folds not in _FOLDS:
            folds.append((tr("wizard.split.folds.some", folds=plan.folds), plan.folds))
        self._folds = w.Dropdown(
            options=folds, value=plan.folds, description=tr("wizard.split.folds")
        )
        self._fold = w.Dropdown(description=tr("wizard.split.fold"))
        self._own_changes = OwnChanges()
        self._offer_folds(plan.fold)
        self._show()
        fields = (self._together, self._pattern, self._folds, self._fold)
        self.widget = row(*(styled(field, "field") for field in fields), classes=["filters"])
        self._fold.observe(lambda _: None if self._own_changes else changed(), "value")
        self._folds.observe(lambda _: self._folds_chosen(changed), "value")
        self._together.observe(lambda _: self._together_chosen(changed), "value")
        self._pattern.observe(lambda _: changed(), "value")

    @property
    def together(self) -> str:
        """The rule of which images stay in one split, as in `SplitPlan`."""
        rule: str = self._together.value
        return self._pattern.value.strip() if rule == _PATTERN else rule

    @property
    def folds(self) -> int:
        """Number of folds, or 0."""
        return int(self._folds.value)

    @property
    def fold(self) -> int:
        """Which fold is val, from 1."""
        return int(self._fold.value or 1)

    def _together_chosen(self, changed: Callable[[], None]) -> None:
        self._show()
        if self._together.value != _PATTERN or self._pattern.value.strip():
            changed()

    def _folds_chosen(self, changed: Callable[[], None]) -> None:
        self._offer_folds(1)
        self._show()
        changed()

    def _offer_folds(self, current: int) -> None:
        with self._own_changes:
            self._fold.options = list(range(1, max(self.folds, 1) + 1))
            self._fold.value = current if 1 <= current <= max(self.folds, 1) else 1

    def _show(self) -> None:
        self._pattern.layout.display = "" if self._together.value == _PATTERN else "none"
        self._fold.layout.display = "" if self.folds else "none"
