"""One parameter as a form field: control, help, recommended value with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, has, tr
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.params.spec import Param, Value
from paddlex_nb.widgets.app.compat import focus
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import column, esc, html, styled

USUAL = "params.reason.default"
"""The reason that says no more than that a value is the usual one: not worth a line."""

Changed = Callable[[str, Value], None]


class ParamField:
    """A field that tells ``changed`` of every value that is allowed, and says what is not.

    Args:
        param: The parameter.
        changed: Called with the name and the new value.

    Attributes:
        param: The parameter.
        widget: What to show.
        wrong: Whether what stands in the field is not allowed.
    """

    def __init__(self, param: Param, changed: Changed) -> None:
        self.param = param
        self.wrong = False
        self._changed = changed
        self._own_changes = OwnChanges()
        self._control = self._make()
        self._control.observe(self._typed, "value")
        self._note = html("", "field-note")
        self.widget = column(self._control, self._note, classes=["field", f"param-{param.name}"])

    def show(self, value: Value, recommended: Value, reason: Message | None) -> None:
        """Show a value, and what is recommended if that is something else.

        Args:
            value: The value that will be used.
            recommended: What would be used without the user's choice.
            reason: Why it is recommended.
        """
        self.wrong = False
        with self._own_changes:
            self._control.value = self._shown(value)
        why = f" {esc(reason)}" if reason else ""
        more = f"params.{self.param.name}.more"
        extra = f"<p>{esc(tr(more))}</p>" if has(more) else ""
        limits = esc(tr("wizard.param.limits", limits=self.param.limits))
        lines = [
            f"<details><summary>{esc(self.param.help)}</summary>{extra}"
            f"<p>{limits} · <code>{esc(self.param.name)}</code></p></details>"
        ]
        if value != recommended:
            hint = tr("wizard.param.recommended", value=self.format(recommended))
            lines.append(f"<p class=pxnb-changed>{esc(hint)}{why}</p>")
        elif reason and reason.key != USUAL:
            lines.append(f'<p class="pxnb-reason">★{why}</p>')
        self._note.value = "".join(lines)

    def complain(self, sentence: str) -> None:
        """Say what is wrong with the value, beside it."""
        self.wrong = True
        self._note.value = f'<p class="pxnb-wrong" role="alert">{esc(sentence)}</p>'

    def point(self) -> None:
        """Bring the field into view."""
        focus(self._control)

    def format(self, value: Value) -> str:
        """A value as the user reads it."""
        if value is None:
            return _none_label(self.param)
        if isinstance(value, bool):
            return tr("wizard.param.on" if value else "wizard.param.off")
        if self.param.kind == "choice":
            return _choice_label(self.param, str(value))
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return f"{value:g}" if isinstance(value, float) else str(value)

    @property
    def _chosen(self) -> bool:
        """Whether it is chosen from a list; one that is too long for that is typed."""
        return self.param.kind == "choice" and not self.param.open

    def _make(self) -> w.DOMWidget:
        param = self.param
        unit = f" ({tr(f'params.unit.{param.unit}')})" if param.unit else ""
        label = param.label + unit
        if param.kind == "bool":
            return styled(w.Checkbox(description=label, indent=False), "check")
        if self._chosen:
            options: list[tuple[str, str | None]] = [
                (_choice_label(param, c), c) for c in param.choices
            ]
            if param.optional:
                options.insert(0, (_none_label(param), None))
            return w.Dropdown(options=options, description=label)
        hint = _none_label(param) if param.optional else ""
        return w.Text(description=label, continuous_update=False, placeholder=hint)

    def _shown(self, value: Value) -> Any:
        if self.param.kind == "bool" or self._chosen:
            return value
        return "" if value is None else self.format(value)

    def _typed(self, change: dict[str, Any]) -> None:
        if self._own_changes:
            return
        new = change["new"]
        try:
            value = self.param.parse(new) if isinstance(new, str) else self.param.check(new)
        except UserError as error:
            self.complain(str(error))
            return
        self._changed(self.param.name, value)


def _choice_label(param: Param, choice: str) -> str:
    key = f"params.{param.name}.{choice}"
    return tr(key) if has(key) else metric_label(choice)


def _none_label(param: Param) -> str:
    key = f"params.{param.name}.none"
    return tr(key if has(key) else "wizard.param.none")
