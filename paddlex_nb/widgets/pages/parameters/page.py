"""Parameters: which model, and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import ipywidgets as w

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.exports import export_limits
from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.hosts.environment import host_name
from paddlex_nb.params.catalogue import params
from paddlex_nb.params.spec import Value
from paddlex_nb.planning.again import recommended_beside
from paddlex_nb.planning.plan import Plan, plan
from paddlex_nb.runs.estimate import Estimate, Pattern, estimate, patterns
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import button, card, column, esc, html, row, styled
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.widgets.pages.data.again import import_in_tiles
from paddlex_nb.widgets.pages.parameters.augmented import AugmentedCard
from paddlex_nb.widgets.pages.parameters.field import ParamField

SUITES = {"clas": "PaddleClas", "det": "PaddleDetection", "seg": "PaddleSeg"}
GROUPS = ("model", "training", "optimisation")


class ParametersPage(Page):
    """Three groups of fields; every value is recommended until the user says otherwise."""

    step = Step.PARAMETERS
    has_primary = True

    def content(self) -> Sequence[w.Widget]:
        """Model choice, three groups, and the start."""
        task = self.dataset.record.task
        self._recommended = plan(self.dataset.folder)
        self._images = len(read_splits(self.dataset.folder).train)
        self._patterns: dict[str, list[Pattern]] = {}
        names = [entry.name for entry in list_models(task)]
        self._own_changes = OwnChanges()
        self._model = styled(
            w.Dropdown(options=names, description=tr("wizard.parameters.model")), "field", "model"
        )
        self._weights = styled(
            w.Combobox(
                placeholder=tr("wizard.parameters.weights.placeholder"),
                description=tr("wizard.parameters.weights"),
                continuous_update=False,
            ),
            "field",
            "weights",
        )
        self._about = html("", "model-about")
        self._tile = 0
        self._in_tiles = button(
            tr("wizard.tiles.again"), lambda: self.do(self._import_in_tiles), "in-tiles"
        )
        self._fields = {p.name: ParamField(p, self._changed) for p in params(task)}
        self._summary = html("", "plan")
        self._start = button(
            tr("wizard.parameters.start"), lambda: self.do(self._train), "primary", "start"
        )
        self._reset = button(
            tr("wizard.parameters.reset"), lambda: self.do(self._forget), "quiet", "reset"
        )
        self._augmented = AugmentedCard(self.dataset, self.do, self.frame.event_loop.call)
        self._remarks = self._remark_fields()
        self._fill()
        self._model.observe(self._model_chosen, "value")
        self._weights.observe(self._weights_chosen, "value")
        groups = [self._group(name) for name in GROUPS]
        return [
            row(*groups, classes=["groups"]),
            self._augmented.widget,
            card(
                "",
                row(*self._remarks, classes=["remarks"]),
                row(self._summary, self._reset, self._start, classes=["start-row"]),
            ),
        ]

    def tick(self, now: float) -> None:
        """Let the pictures come that were asked for."""
        self._augmented.tick(now)

    def _group(self, group: str) -> w.Widget:
        mine = [f for f in self._fields.values() if f.param.group == group]
        basic = [f.widget for f in mine if not f.param.advanced]
        advanced = column(*(f.widget for f in mine if f.param.advanced))
        advanced.layout.display = "none"
        first = [self._model, self._about, self._in_tiles, self._weights]
        head = first if group == "model" else []
        more = w.ToggleButton(description=tr("wizard.parameters.advanced"), value=False)

        def unfold(change: dict[str, Any]) -> None:
            advanced.layout.display = "" if change["new"] else "none"

        more.observe(unfold, "value")
        tail = [styled(more, "button", "quiet", "more"), advanced] if advanced.children else []
        title = tr(f"wizard.parameters.group.{group}")
        return card(title, *head, *basic, *tail, classes=["group", f"group-{group}"])

    def _remark_fields(self) -> list[w.Widget]:
        """Name and note of the run that is about to begin."""

        def field(trait: str) -> w.Widget:
            key = trait.removeprefix("run_")
            text = w.Text(
                value=getattr(self.state, trait),
                description=tr(f"wizard.runs.column.{key}"),
                placeholder=tr(f"wizard.parameters.{trait}"),
                continuous_update=False,
            )
            text.observe(lambda change: setattr(self.state, trait, change["new"]), "value")
            return styled(text, "field", trait)

        return [field("run_name"), field("run_note")]

    def _plan(self, overrides: dict[str, Any]) -> Plan:
        return plan(
            self.dataset.folder,
            self.state.model or None,
            weights=self.state.weights,
            overrides=overrides,
        )

    def _fill(self) -> None:
        """Show what would be trained now; what does not fit is said at its field."""
        self._recommended = self._plan({})
        entry = self._recommended.model
        values: dict[str, Value] = dict(self._recommended.params)
        planned: Plan | None = None
        try:
            planned = self._plan(self.state.overrides)
        except UserError as error:
            values |= self.state.overrides
            self._show_values(values)
            self._point_at(error)
        else:
            values = planned.params
            self._show_values(values, self._advised(), planned.reasons)
        self._augmented.plan(planned)
        published = [weights.name for weights in entry.weights]
        none = tr("wizard.parameters.weights.none")
        with self._own_changes:
            self._model.value = entry.name
            self._weights.options = [none, *published, *self._own_weights(entry)]
            self._weights.value = none if self.state.weights == "none" else self.state.weights
        warnings = planned.warnings if planned is not None else []
        self._about.value = _about(entry) + "".join(alert(m.text(), "warning") for m in warnings)
        self._tile = next((t for m in warnings if (t := m.values.get("tile"))), 0)
        self._in_tiles.layout.display = "" if self._tile else "none"
        self._in_tiles.description = tr("wizard.tiles.again_in", size=self._tile)
        self._summary.value = _summary(values, self._estimate(entry.name, values))
        self._start.disabled = planned is None
        self._reset.layout.display = "" if self.state.overrides else "none"

    def _estimate(self, model_name: str, values: dict[str, Value]) -> Estimate | None:
        """How long it would take, by a like run on this machine."""
        if model_name not in self._patterns:
            folders = (run.folder for run in self.state.all_runs())
            self._patterns[model_name] = patterns(folders, model_name, host_name())
        return estimate(self._patterns[model_name], values, self._images)

    def _own_weights(self, entry: ModelEntry) -> list[str]:
        """What was trained in this workspace with the same model: saved models, then runs."""
        space = self.state.workspace
        saved = [f"saved:{m.name}" for m in space.saved_models() if m.model == entry.name]
        trained = [r for r in space.runs() if r.record.model == entry.name and r.has_checkpoint]
        return saved + [f"run:{run.id}" for run in trained]

    def _advised(self) -> dict[str, Value]:
        """What is recommended for each parameter, if the other choices stay."""
        try:
            return recommended_beside(
                self.dataset.folder,
                self.state.model or None,
                self.state.weights,
                self.state.overrides,
            )
        except UserError:  # one choice fits only together with another
            return dict(self._recommended.params)

    def _show_values(
        self,
        values: dict[str, Value],
        advised: dict[str, Value] | None = None,
        beside: Mapping[str, Message] = MappingProxyType({}),
    ) -> None:
        reasons = {**self._recommended.reasons, **beside}
        recommended = advised or self._recommended.params
        for name, field in self._fields.items():
            taken = name in recommended  # some models do without some parameters
            field.widget.layout.display = "" if taken else "none"
            if taken:
                field.show(values[name], recommended[name], reasons.get(name))

    def _point_at(self, error: UserError) -> None:
        field = self._fields.get(str(error.message.values.get("name")))
        if field is not None:
            field.complain(str(error))
        else:
            self.complain(error.message)

    def _changed(self, name: str, value: Value) -> None:
        def keep() -> None:
            overrides = {**self.state.overrides, name: value}
            if value == self._advised().get(name):
                del overrides[name]
            self.state.overrides = overrides
            self._fill()

        self.do(keep)

    def _model_chosen(self, change: dict[str, Any]) -> None:
        if self._own_changes:
            return

        def choose() -> None:
            self.state.model = change["new"]
            self.state.weights = "none"  # those of one model do not fit another
            without = model(change["new"]).without
            overrides = self.state.overrides
            self.state.overrides = {n: v for n, v in overrides.items() if n not in without}
            self._fill()

        self.do(choose)

    def _weights_chosen(self, change: dict[str, Any]) -> None:
        if self._own_changes:
            return

        def choose() -> None:
            typed = change["new"].strip()
            none = typed in {"", tr("wizard.parameters.weights.none")}
            self.state.weights = "none" if none else typed
            self._fill()

        self.do(choose)

    def _import_in_tiles(self) -> None:
        """Have objects that are too small now fill more of an input, in a data set of tiles."""
        made = import_in_tiles(self.state, self.dataset.record, self._tile)
        # the tiles are as large as suits the input size, if that was chosen too
        kept = {n: v for n, v in self.state.overrides.items() if n == "input_size"}
        self.state.choose_dataset(made)
        self.state.overrides = kept
        self.state.step = Step.DATA

    def _forget(self) -> None:
        self.state.overrides = {}
        self._fill()

    def _train(self) -> None:
        if wrong := next((field for field in self._fields.values() if field.wrong), None):
            wrong.point()  # what is wrong stands beside it
            return
        job = self.state.workspace.train(
            self.dataset,
            self.state.model or None,
            weights=self.state.weights,
            name=self.state.run_name.strip() or None,
            note=self.state.run_note,
            based_on=self.state.based_on,
            wait=False,
            **self.state.overrides,
        )
        self.state.run_name = self.state.run_note = self.state.based_on = ""
        self.state.choose_run(job.run)
        self.state.step = Step.TRAINING


def _about(entry: ModelEntry) -> str:
    """Size and cost of a model, and what to know before it is trained."""
    facts = tr(
        "wizard.parameters.about",
        parameters=f"{entry.parameters / 1e6:.1f}",
        gflops=f"{entry.gflops:.2f}",
        suite=SUITES.get(entry.suite, entry.suite),
    )
    limits = export_limits(entry)
    warning = alert(limits.text(), "warning") if limits is not None else ""
    return f"<p class=pxnb-muted>{esc(facts)}</p>{warning}"


def _summary(values: dict[str, Value], estimated: Estimate | None) -> str:
    summary = tr(
        "wizard.parameters.summary",
        epochs=values["epochs"],
        batch_size=values["batch_size"],
        input_size=values["input_size"],
    )
    if estimated is not None:
        time = duration_text(estimated.seconds)
        summary += " " + tr("wizard.parameters.estimate", time=time, run=estimated.run)
    return f"<p>{esc(summary)}</p>"
