"""Parameters: which model, and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import ipywidgets as w

from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.hosts.environment import host_name
from paddlex_nb.params.catalogue import params
from paddlex_nb.params.metric_choices import metric_choices
from paddlex_nb.params.spec import Param, Value
from paddlex_nb.planning.again import recommended_beside
from paddlex_nb.planning.cost import Cost, cost
from paddlex_nb.planning.plan import Plan, plan
from paddlex_nb.runs.estimate import Pattern, patterns
from paddlex_nb.runs.model_speeds import model_speeds
from paddlex_nb.weights.automatic import automatic
from paddlex_nb.weights.starting import AUTO
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import button, card, column, esc, html, row, styled
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.widgets.pages.data.again import import_in_tiles
from paddlex_nb.widgets.pages.parameters.augmented import AugmentedCard
from paddlex_nb.widgets.pages.parameters.field import ParamField
from paddlex_nb.widgets.pages.parameters.model_choice import ModelChoice
from paddlex_nb.widgets.pages.parameters.weights_choice import WeightsChoice

GROUPS = ("model", "training", "optimisation")

_LISTED = 200
"""Choices of a parameter that are listed; of more, a name is typed."""


class ParametersPage(Page):
    """Three groups of fields; every value is recommended until the user says otherwise."""

    step = Step.PARAMETERS
    has_primary = True

    def content(self) -> Sequence[w.Widget]:
        """Model choice, three groups, and the start."""
        task = self.dataset.record.task
        self._recommended = recommended = plan(self.dataset.folder, patience=0)
        self._images = len(read_splits(self.dataset.folder).train)
        self._patterns: dict[str, list[Pattern]] = {}
        self._model = ModelChoice(
            list_models(task),
            recommended.model.name,
            self.do,
            self._model_chosen,
            lambda: model_speeds([run.folder for run in self.state.all_runs()], host_name()),
        )
        self._weights = WeightsChoice(self.state, self._weights_chosen)
        self._tile = 0
        self._in_tiles = button(
            tr("wizard.tiles.again"), lambda: self.do(self._import_in_tiles), "in-tiles"
        )
        self._fields = {p.name: ParamField(self._offered(p), self._changed) for p in params(task)}
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
        groups = [self._group(name) for name in GROUPS]
        return [
            self._model.table,
            row(*groups, classes=["groups"]),
            self._augmented.widget,
            card("", row(*self._remarks, classes=["remarks"])),
            card(
                "",
                row(self._summary, self._reset, self._start, classes=["start-row"]),
                classes=["starting"],
            ),
        ]

    def tick(self, now: float) -> None:
        """Let come what was asked for: pictures, the table of models, whether weights are there."""
        chosen = self._recommended.chosen
        asked = chosen is not None and not chosen.certain
        if asked and automatic(self._recommended.model, patience=0).certain:
            self._fill()
        self._model.tick(now)
        self._augmented.tick(now)

    def _group(self, group: str) -> w.Widget:
        mine = [f for f in self._fields.values() if f.param.group == group]
        basic = [f.widget for f in mine if not f.param.advanced]
        advanced = column(*(f.widget for f in mine if f.param.advanced))
        advanced.layout.display = "none"
        first = [self._model.widget, self._in_tiles, self._weights.widget]
        head = first if group == "model" else []
        label = tr("wizard.parameters.advanced")
        more = w.ToggleButton(description=label, tooltip=label, value=False)

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
            patience=0,  # the kernel waits for no server; `tick` asks again
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
        warnings = planned.warnings if planned is not None else []
        self._model.show(entry, "".join(alert(m.text(), "warning") for m in warnings))
        self._weights.show(self._recommended)
        self._tile = next((t for m in warnings if (t := m.values.get("tile"))), 0)
        self._in_tiles.layout.display = "" if self._tile else "none"
        self._in_tiles.description = tr("wizard.tiles.again_in", size=self._tile)
        taken = cost(self._known(entry.name), entry, values, self._images)
        self._summary.value = _summary(values, taken)
        chosen = self._recommended.chosen
        self._start.disabled = planned is None or (chosen is not None and not chosen.certain)
        self._reset.layout.display = "" if self.state.overrides else "none"

    def _known(self, model_name: str) -> list[Pattern]:
        """What trainings of a model took on this machine."""
        if model_name not in self._patterns:
            folders = (run.folder for run in self.state.all_runs())
            self._patterns[model_name] = patterns(folders, model_name, host_name())
        return self._patterns[model_name]

    def _advised(self) -> dict[str, Value]:
        """What is recommended for each parameter, if the other choices stay."""
        try:
            return recommended_beside(
                self.dataset.folder,
                self._recommended.model.name,
                self._recommended.weights,
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

    def _offered(self, param: Param) -> Param:
        """A parameter with the choices of this data set, unless they are too many for a list."""
        record = self.dataset.record
        if not param.open or len(choices := metric_choices(record.task, record.classes)) > _LISTED:
            return param
        return param.offering(choices)

    def _changed(self, name: str, value: Value) -> None:
        def keep() -> None:
            overrides = {**self.state.overrides, name: value}
            if value == self._advised().get(name):
                del overrides[name]
            self.state.overrides = overrides
            self._fill()

        self.do(keep)

    def _model_chosen(self, name: str) -> None:
        def choose() -> None:
            if name != self.state.model:
                self.state.weights = AUTO  # those of one model do not fit another
            self.state.model = name
            without = model(name).without
            overrides = self.state.overrides
            self.state.overrides = {n: v for n, v in overrides.items() if n not in without}
            self._fill()

        self.do(choose)

    def _weights_chosen(self, weights: str) -> None:
        def choose() -> None:
            self.state.weights = weights
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


def _summary(values: dict[str, Value], taken: Cost) -> str:
    """Markup of the plan in a sentence, and what it takes."""
    minutes = values.get("time_limit")
    summary = tr(
        "wizard.parameters.summary_limited" if minutes else "wizard.parameters.summary",
        minutes=minutes,
        epochs=values["epochs"],
        batch_size=values["batch_size"],
        input_size=values["input_size"],
    )
    return f"<p>{esc(summary)} {esc(taken.message.text())}</p>"
