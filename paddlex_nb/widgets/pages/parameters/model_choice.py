"""Which model is trained: what is chosen in a line, all others in a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.exports import export_limits
from paddlex_nb.core.i18n import tr
from paddlex_nb.runs.estimate import Pattern
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import button, card, column, esc, html
from paddlex_nb.widgets.pages.base import alert
from paddlex_nb.widgets.parts import Cell, Column, Hosted, RecordTable, Row
from paddlex_nb.widgets.parts.record_table import Kind

SUITES = {"clas": "PaddleClas", "det": "PaddleDetection", "seg": "PaddleSeg"}


class ModelChoice:
    """The chosen model with what it is good for; a button unfolds a table to choose from.

    Args:
        entries: The models that there are.
        recommended: Name of the one recommended for data and machine.
        do: Has work done on the event loop.
        choose: Called with the name of a model that the user chooses.
        speeds: Finds out how fast models trained on this machine; may take long.

    Attributes:
        widget: The chosen model.
        table: All models, hidden until they are asked for; wider than a column.
    """

    def __init__(
        self,
        entries: Sequence[ModelEntry],
        recommended: str,
        do: Callable[[Call], None],
        choose: Callable[[str], None],
        speeds: Callable[[], Mapping[str, Pattern]],
    ) -> None:
        self._entries, self._recommended = entries, recommended
        self._do, self._measure = do, speeds
        self._own_changes = OwnChanges()
        self._about = html("", "model-about")
        self._fold = button(tr("wizard.models.show"), lambda: do(self._unfold), "models")
        self.widget = column(self._about, self._fold, classes=["model"])
        self._records = RecordTable(
            title=tr("wizard.models.title"), columns=_columns(), single=True
        )
        self._records.show([_row(entry, recommended, None) for entry in entries])
        self._hosted = Hosted(self._records)
        self.table = card("", self._hosted, classes=["models-table"])
        self.table.layout.display = "none"
        self._asked = False

        def chosen(change: dict[str, list[str]]) -> None:
            if not self._own_changes and change["new"]:
                choose(change["new"][0])

        def opened(name: str) -> None:
            choose(name)
            do(self._unfold)

        self._records.observe(chosen, "selected")
        self._records.on_open(opened)

    def show(self, entry: ModelEntry, warnings: str) -> None:
        """Show a model as the chosen one.

        Args:
            entry: The model.
            warnings: Markup of what to know before it is trained on the data.
        """
        self._about.value = _about(entry, self._recommended) + warnings
        with self._own_changes:
            self._records.selected = [entry.name]

    def tick(self, now: float) -> None:
        """Let the table come that was asked for."""
        self._hosted.tick(now)

    def _unfold(self) -> None:
        shown = self.table.layout.display != "none"
        self.table.layout.display = "none" if shown else ""
        self._fold.description = self._fold.tooltip = tr(
            f"wizard.models.{'show' if shown else 'hide'}"
        )
        if not self._asked:
            self._asked = True
            aside(self._do, self._measure, self._fill, lambda: None)

    def _fill(self, speeds: Mapping[str, Pattern]) -> None:
        self._records.show(
            [_row(entry, self._recommended, speeds.get(entry.name)) for entry in self._entries]
        )


def _columns() -> list[Column]:
    kinds: dict[str, Kind] = {
        "recommended": "star", "name": "text", "parameters": "number", "gflops": "number",
        "speed": "number", "weights": "text", "about": "prose",
    }  # fmt: skip
    return [Column(name, tr(f"wizard.models.column.{name}"), kind) for name, kind in kinds.items()]


def _row(entry: ModelEntry, recommended: str, trained: Pattern | None) -> Row:
    star = entry.name == recommended
    rate = None if trained is None else 1 / trained.seconds
    weights = ", ".join(one.name for one in entry.weights)
    cells = (
        Cell("★" if star else "", 0 if star else 1),
        Cell(entry.name, entry.name),
        Cell(f"{entry.parameters / 1e6:.1f} M", entry.parameters),
        Cell(f"{entry.gflops:.2f}", entry.gflops),
        Cell("–" if trained is None else _speed(trained), rate),
        Cell(weights or "–", weights),
        Cell(entry.description, entry.family),
    )
    return Row(entry.name, cells, f"{entry.family} {SUITES.get(entry.suite, entry.suite)}")


def _speed(trained: Pattern) -> str:
    """Images a second, and at which input size."""
    size = trained.params.get("input_size")
    return tr("wizard.models.speed", rate=f"{1 / trained.seconds:.3g}", size=size)


def _about(entry: ModelEntry, recommended: str) -> str:
    """Name, purpose, size and cost of a model, and what to know before it is trained."""
    star = f' <span title="{esc(tr("wizard.models.recommended"))}">★</span>'
    facts = tr(
        "wizard.parameters.about",
        parameters=f"{entry.parameters / 1e6:.1f}",
        gflops=f"{entry.gflops:.2f}",
        suite=SUITES.get(entry.suite, entry.suite),
    )
    limits = export_limits(entry)
    warning = alert(limits.text(), "warning") if limits is not None else ""
    name = f"<b>{esc(entry.name)}</b>{star if entry.name == recommended else ''}"
    return (
        f"<p class=pxnb-model-name>{name}</p><p>{esc(entry.description)}</p>"
        f"<p class=pxnb-muted>{esc(facts)}</p>{warning}"
    )
