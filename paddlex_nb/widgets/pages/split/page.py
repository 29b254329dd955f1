"""Split: which images train, which watch over the training, which judge in the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.splitting.leaks import leaks
from paddlex_nb.data.splitting.split import has_given_split
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.records import SPLITS, SplitPlan
from paddlex_nb.params.fields.model import OBJECTS
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    bar,
    button,
    card,
    column,
    data_table,
    esc,
    html,
    replace_children,
    row,
    styled,
)
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.widgets.pages.split.options import SplitOptions
from paddlex_nb.widgets.parts.palette import SPLIT_COLOURS


class SplitPage(Page):
    """Three sliders that add up to 100 %, and what comes of them."""

    step = Step.SPLIT

    def content(self) -> Sequence[w.Widget]:
        """Sliders, then the counts by class."""
        plan = self.dataset.record.split or SplitPlan()
        self._own_changes = OwnChanges()
        self._sliders = {s: self._slider(s, plan) for s in SPLITS}
        self._seed = styled(
            w.BoundedIntText(
                value=plan.seed,
                min=0,
                max=2**31 - 1,
                description=tr("wizard.split.seed"),
                continuous_update=False,
            ),
            "field",
        )
        self._seed.observe(lambda _: self.do(self._apply), "value")
        self._dividing = column()
        self._offer(plan)
        self._leaks = html("")
        self._bar = html("", "split-bar")
        self._given = html("")
        self._anew = button(tr("wizard.split.anew"), lambda: self.do(self._apply), "anew")
        self._came_divided = has_given_split(base_index(self.dataset.folder))
        self._as_given = button(
            tr("wizard.split.as_given"), lambda: self.do(self._use_given), "as-given"
        )
        self._table = html("")
        self._show()
        notes = html(f"<p class=pxnb-muted>{esc(tr('wizard.split.notes'))}</p>")
        shares = card(
            "",
            self._bar,
            row(*self._sliders.values(), classes=["sliders"]),
            row(self._seed, classes=["filters"]),
            self._dividing,
            notes,
            row(self._given, self._leaks, self._anew, self._as_given),
        )
        objects = self.dataset.record.task in OBJECTS
        title = tr("wizard.split.objects_by_class" if objects else "wizard.split.by_class")
        return [shares, card(title, self._table)]

    def _slider(self, split: str, plan: SplitPlan) -> w.IntSlider:
        low = 0 if split == "test" else 1
        slider = styled(
            w.IntSlider(
                value=round(100 * getattr(plan, split)),
                min=low,
                max=98 if split != "test" else 97,
                description=tr(f"data.split.{split}"),
                continuous_update=False,
                readout_format="d",
            ),
            "slider",
            f"slider-{split}",
        )

        def moved(change: dict[str, int]) -> None:
            if not self._own_changes:
                self.do(lambda: self._moved(split, change["new"]))

        slider.observe(moved, "value")
        return slider

    def _moved(self, split: str, value: int) -> None:
        """Share the rest between the other two as they were, so that the sum stays 100."""
        others = [s for s in SPLITS if s != split]
        first, second = (self._sliders[s] for s in others)
        rest = 100 - value
        both = first.value + second.value
        share = round(rest * first.value / both) if both else rest
        share = min(max(share, first.min), rest - second.min)
        self._set({split: value, others[0]: share, others[1]: rest - share})
        self._apply()

    def _set(self, shares: dict[str, int]) -> None:
        with self._own_changes:
            for split, value in shares.items():
                self._sliders[split].value = value

    def _apply(self) -> None:
        shares = {s: self._sliders[s].value / 100 for s in SPLITS}
        options = self._options
        self.dataset.split(
            **shares,
            seed=self._seed.value,
            together=options.together,
            folds=options.folds,
            fold=options.fold,
        )
        self._show()

    def _use_given(self) -> None:
        self.dataset.use_given_split()
        self._offer(self.dataset.record.split or SplitPlan())
        self._show()

    def _offer(self, plan: SplitPlan) -> None:
        self._options = SplitOptions(plan, lambda: self.do(self._apply))
        replace_children(self._dividing, self._options.widget)

    def _show(self) -> None:
        counts = self.dataset.counts()
        plan = self.dataset.record.split or SplitPlan()
        total = max(1, sum(counts.splits.values()))
        self._set_from_counts(plan)
        self._bar.value = _stack(counts.splits, total)
        self._given.value = alert(tr("wizard.split.given"), "info") if plan.given else ""
        leaking = leaks(self.dataset.folder)
        warning = tr("wizard.split.leaks", images=f"{leaking:,}")
        self._leaks.value = alert(warning, "warning") if leaking else ""
        self._anew.layout.display = "" if plan.given or leaking else "none"
        back = self._came_divided and not plan.given
        self._as_given.layout.display = "" if back else "none"
        sums = [sum(by.values()) for by in counts.classes.values()]
        whole = max(1, sum(sums))
        head = [tr("wizard.split.class"), *(tr(f"data.split.{s}") for s in SPLITS)]
        head += [tr("wizard.split.total"), tr("wizard.split.share")]
        self._table.value = data_table(
            head,
            [_line(name, by, whole) for name, by in counts.classes.items()],
            foot=[
                esc(tr("wizard.split.images")),
                *(f"{counts.splits[s]:,}" for s in SPLITS),
                f"{total:,}",
                "",
            ],
        )

    def _set_from_counts(self, plan: SplitPlan) -> None:
        for split in ("train", "val"):  # folds are of equal size, whatever the shares
            self._sliders[split].layout.display = "none" if plan.folds else ""
        if plan.folds:
            return
        train, val = round(100 * plan.train), round(100 * plan.val)
        self._set({"train": train, "val": val, "test": 100 - train - val})


def _line(name: str, by: dict[str, Any], whole: int) -> list[str]:
    total = sum(by.values())
    drawn = f"{bar(total / whole)}{total / whole:.0%}"
    return [esc(name), *(f"{by[s]:,}" for s in SPLITS), f"{total:,}", drawn]


def _stack(splits: dict[str, int], total: int) -> str:
    """Markup of one bar of three colours with its counts."""
    parts = []
    for i, split in enumerate(SPLITS):
        share = splits[split] / total
        label = f"{tr(f'data.split.{split}')} {splits[split]:,} · {share:.0%}"
        parts.append(
            f'<div style="flex:{max(share, 0.001):.4f};background:{SPLIT_COLOURS[i]}" '
            f'title="{esc(label)}"></div>'
        )
    legend = "".join(
        f'<span><i style="background:{SPLIT_COLOURS[i]}"></i>{esc(tr(f"data.split.{s}"))} '
        f"<b>{splits[s]:,}</b> · {splits[s] / total:.0%}</span>"
        for i, s in enumerate(SPLITS)
    )
    return f'<div class="pxnb-stack">{"".join(parts)}</div><div class="pxnb-legend">{legend}</div>'
