"""Where a model is worse: its main figure by parts of the images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import instead
from paddlex_nb.data.explore import Catalogue, Query
from paddlex_nb.display.tables import Table
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.metrics.slicing import slice_figures
from paddlex_nb.results.slice_kinds import KINDS, Divided, parts


@dataclass(frozen=True)
class Slice:
    """The main figure on some of the images of an evaluation.

    Attributes:
        kind: By what they were chosen: one of `KINDS`, or ``query``.
        name: Which of them: a class, a folder, the limits of a quantity, the name of a query.
        images: How many they are.
        metric: Name of the figure: ``top1``, ``f1`` or ``miou``.
        value: The figure on them, 0 to 1; NaN where undefined.
        low: Lower end of its 95 % interval.
        high: Upper end.
        rest: The figure on all other images.
        worse: Whether it is worse than the rest by more than noise.
        rows: Their rows in the evaluation's table, those with most errors first.
    """

    kind: str
    name: str
    images: int
    metric: str
    value: float
    low: float
    high: float
    rest: float
    worse: bool
    rows: NDArray[np.int64] = field(repr=False)

    @property
    def label(self) -> str:
        """What it is in the user's language."""
        return tr("display.slices.label", kind=tr(f"display.slices.{self.kind}"), name=self.name)


class Slices(Table[Slice]):
    """Slices, to be compared: one row each; those that are worse come first."""

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        head = [tr(f"display.slices.{n}") for n in ("slice", "images", "value", "rest", "verdict")]
        return head, [
            (s.label, s.images, figure_text(s), f"{s.rest:.3f}", verdict_text(s)) for s in self
        ]

    def _notes(self) -> Sequence[str]:
        return [tr("display.slices.how", metric=metric_label(self[0].metric))] if self else []

    def _records(self) -> Iterable[dict[str, Any]]:
        names = (*("kind", "name", "images", "metric", "value", "low", "high", "rest", "worse"),)
        return ({name: getattr(one, name) for name in names} for one in self)


Named = tuple[str, str, NDArray[np.bool_]]
"""Kind and name of a slice, and which images are in it."""


def _apart(slices: Sequence[Named]) -> list[Named]:
    """Each choice of images once: where a class is a folder, by its class."""
    seen: dict[bytes, Named] = {}
    for one in slices:
        seen.setdefault(np.packbits(one[2]).tobytes(), one)
    return list(seen.values())


def figure_text(one: Slice) -> str:
    """The figure with its interval, where that has a width."""
    if np.isnan(one.value):
        return "–"
    between = f" [{one.low:.3f}, {one.high:.3f}]" if one.low < one.high else ""
    return f"{one.value:.3f}{between}"


def verdict_text(one: Slice) -> str:
    """What the figure means, in the user's language; nothing if it is as good as the rest."""
    return tr("display.slices.worse") if one.worse else ""


def slices_of(
    evidence: Evidence, by: Sequence[str] = KINDS, queries: Mapping[str, Query] | None = None
) -> Slices:
    """The main figure of an evaluation by parts of its images.

    Args:
        evidence: The evaluation.
        by: By what the images are divided: some of `KINDS`.
        queries: More slices: what the preview page can look for, by name.

    Raises:
        UserError: There is no such kind, or predictions or data set are gone or damaged.
    """
    if unknown := [kind for kind in by if kind not in KINDS]:
        known = instead(unknown[0], [*KINDS])
        raise UserError("display.slices.no_kind", name=unknown[0], known=known)
    counts, view, table = evidence.counts, evidence.view, evidence.table
    if counts is None or view is None or table is None:
        split = tr(f"data.split.{evidence.result['split']}")
        raise UserError("display.no_predictions", split=split)
    catalogue = Catalogue(evidence.dataset)
    rows = table["row"].to_numpy().astype(np.int64)
    divided = Divided(view, rows, catalogue, evidence.dataset)
    named = _apart([(kind, *part) for kind in by for part in parts(divided, kind)])
    for name, query in (queries or {}).items():
        named.append(("query", name, catalogue.fits(query)[divided.index_rows]))
    figures = slice_figures(counts, [mine for *_, mine in named])
    worst = np.argsort(-counts.errors(), kind="stable")
    found = [
        Slice(
            kind,
            name,
            *(of.images, counts.overall, of.value, of.low, of.high, of.rest, of.worse),
            rows=worst[mine[worst]],
        )
        for (kind, name, mine), of in zip(named, figures, strict=True)
    ]
    # the further below the rest, the earlier; undefined ones last
    found.sort(key=lambda s: (not s.worse, np.isnan(s.value - s.rest), s.value - s.rest))
    return Slices(found)
