"""A part of the evaluation page that is built when it is first looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import ipywidgets as w

from paddlex_nb.dataset import Dataset
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.judging.judge import judged
from paddlex_nb.judging.judgement import Judgement
from paddlex_nb.metrics.figure_intervals import FigureIntervals
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.pages.evaluation.grid import ResultGrid
from paddlex_nb.widgets.parts import Hosted


@dataclass(frozen=True, eq=False)
class ShownEvaluation:
    """The evaluation that is on the page, and what its sections work with.

    Attributes:
        state: The wizard's.
        run: The run.
        dataset: Its data set.
        result: The evaluation as plain JSON.
        pictures: The images; a section shows in them what is behind its figures.
        do: Has work done on the event loop.
    """

    state: WizardState
    run: Run
    dataset: Dataset
    result: dict[str, Any]
    pictures: ResultGrid
    do: Callable[[Call], None]
    _working: threading.Lock = field(default_factory=threading.Lock, init=False)

    @cached_property
    def evidence(self) -> Evidence:
        """The evaluation with what the files of its run say, read once for all sections.

        Raises:
            UserError: The run is damaged.
        """
        return Evidence(self.run.folder, self.result)

    def with_intervals(self, then: Callable[[FigureIntervals | None], None]) -> None:
        """Have something done with the 95 % intervals, once they are worked out.

        Args:
            then: Called on the event loop with the intervals; None if there are none.
        """
        aside(self.do, lambda: self._intervals, then, lambda: None)

    def judge(self) -> Judgement:
        """What the evaluation means; may take seconds.

        Raises:
            UserError: The run is damaged.
        """
        with self._working:
            return judged(self.evidence)

    @property
    def _intervals(self) -> FigureIntervals | None:
        with self._working:  # several ask at once, and it may take seconds
            return self.evidence.figure_intervals

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation as it is in Python."""
        return Evaluation.from_dict(self.result, self.run.folder)

    @property
    def classes(self) -> list[str]:
        """Class names, in the order of their numbers."""
        return [str(name) for name in self.result["classes"]]


class Section:
    """One part of the page.

    Args:
        shown: The evaluation.

    Attributes:
        name: Its label is the text ``wizard.evaluation.section.<name>``.
        shown: The evaluation.
        hosted: Parts of it that are to be ticked.
    """

    name: ClassVar[str]

    def __init__(self, shown: ShownEvaluation) -> None:
        self.shown = shown
        self.hosted: list[Hosted] = []

    @classmethod
    def offered(cls, shown: ShownEvaluation) -> bool:
        """Whether it has anything to say of an evaluation."""
        del shown
        return True

    def content(self) -> Sequence[w.Widget]:
        """Its widgets; asked for once, when the section is first opened."""
        raise NotImplementedError

    def tick(self, now: float) -> None:
        """Follow what goes on, once the section was opened.

        Args:
            now: Seconds of a clock that never goes back.
        """
        for one in self.hosted:
            one.tick(now)
