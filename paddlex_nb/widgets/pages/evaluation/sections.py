"""Which sections the evaluation page has, and the row of buttons that chooses one."""

from __future__ import annotations

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.app.toolkit import replace_children, styled
from paddlex_nb.widgets.pages.evaluation.checkpoints import CheckpointsSection
from paddlex_nb.widgets.pages.evaluation.compare import CompareSection
from paddlex_nb.widgets.pages.evaluation.curves import CurvesSection
from paddlex_nb.widgets.pages.evaluation.labels import LabelsSection
from paddlex_nb.widgets.pages.evaluation.metrics import MetricsSection
from paddlex_nb.widgets.pages.evaluation.section import Section, ShownEvaluation
from paddlex_nb.widgets.pages.evaluation.slices import SlicesSection
from paddlex_nb.widgets.pages.evaluation.threshold_section import ThresholdSection
from paddlex_nb.widgets.pages.evaluation.why import WhySection

SECTIONS: tuple[type[Section], ...] = (
    MetricsSection,
    ThresholdSection,
    CurvesSection,
    SlicesSection,
    LabelsSection,
    WhySection,
    CheckpointsSection,
    CompareSection,
)
"""All sections, in the order of the buttons."""


class Sections:
    """One section at a time, chosen by a row of buttons.

    Args:
        shown: The evaluation.
        opened: Name of the section to begin with; the first one if it is not offered.

    Attributes:
        widget: What to show.
    """

    def __init__(self, shown: ShownEvaluation, opened: str = "") -> None:
        offered = [kind for kind in SECTIONS if kind.offered(shown)]
        self._sections = {kind.name: kind(shown) for kind in offered}
        self._boxes: dict[str, w.Box] = {}
        self._do = shown.do
        first = opened if opened in self._sections else next(iter(self._sections))
        self._choice = styled(
            w.ToggleButtons(
                options=[(tr(f"wizard.evaluation.section.{n}"), n) for n in self._sections],
                value=first,
            ),
            "sections",
        )
        self._choice.layout.display = "" if len(self._sections) > 1 else "none"
        self._choice.observe(lambda _: self._do(self._show), "value")
        self._inside = styled(w.Box(), "column", "section")
        self._show()
        self.widget: w.Widget = styled(w.Box([self._choice, self._inside]), "column")

    @property
    def opened(self) -> str:
        """Name of the section that is open."""
        return str(self._choice.value)

    def tick(self, now: float) -> None:
        """Follow what goes on in the sections that were opened: work goes on out of sight."""
        for name in self._boxes:
            self._sections[name].tick(now)

    def _show(self) -> None:
        name = self.opened
        if name not in self._boxes:
            content = list(self._sections[name].content())
            self._boxes[name] = styled(w.Box(content), "column")
        replace_children(self._inside, self._boxes[name])
