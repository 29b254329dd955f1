"""Two evaluations of the same images: what was improved, what worsened, and what is noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.tables import columns, data_frame
from paddlex_nb.display.text import table
from paddlex_nb.layout.run import EvaluationFolder
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.differences import Difference, differences
from paddlex_nb.results.evaluated import at_one_threshold, evaluated
from paddlex_nb.results.held_against import different_tasks
from paddlex_nb.results.same_images import same_images
from paddlex_nb.runs.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

_LEAST = 0.01
"""Share of an image's pixels by which its errors must change to be told."""


@dataclass(frozen=True)
class ChangedImage:
    """An image of which one evaluation has more errors than the other.

    Attributes:
        path: Its file.
        before: Errors in the first evaluation: objects, images, or the share of the pixels.
        after: Errors in the second.
        row: Its row in the table of the first.
        other_row: Its row in the table of the second.
    """

    path: Path
    before: float
    after: float
    row: int
    other_row: int


@dataclass(frozen=True, repr=False)
class Compared:
    """A second evaluation held against a first one, on the images of both.

    Attributes:
        differences: Second minus first, overall, then by class, with 95 % intervals from the same
            resamples of images for both.
        improved: Images with fewer errors in the second, the most improved first.
        worsened: Images with more errors in the second, the most worsened first.
        images: Number of images of both whose labels are the same.
        notes: What is to be said of score thresholds and labels that were not the same.
    """

    differences: list[Difference]
    improved: list[ChangedImage]
    worsened: list[ChangedImage]
    images: int
    notes: list[Message]

    def to_pandas(self) -> pd.DataFrame:
        """The changed images as a `pandas.DataFrame`, a row each; ``change`` is after - before.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(
            {
                "path": str(one.path),
                "before": one.before,
                "after": one.after,
                "change": one.after - one.before,
            }
            for one in [*self.improved, *self.worsened]
        )

    def __repr__(self) -> str:
        return "\n\n".join([self.sentence, table(*self._table())])

    def _repr_html_(self) -> str:
        return html_text(self.sentence) + html_table(*self._table())

    @property
    def sentence(self) -> str:
        """How many images were improved and worsened, in words, and what else is to be said."""
        improved, worsened = len(self.improved), len(self.worsened)
        said = tr(
            "display.compare.changed", improved=improved, worsened=worsened, images=self.images
        )
        return " ".join([said, *(note.text() for note in self.notes)])

    def _table(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        head = [*columns("class"), tr("display.compare.difference"), tr("display.compare.verdict")]
        return head, [difference_line(one) for one in self.differences]


def difference_line(one: Difference) -> tuple[str, str, str]:
    """A difference in words: of what, how much with its interval, and what that means."""
    name = tr("display.compare.all_classes") if one.class_name is None else one.class_name
    if one.difference is None or one.low is None or one.high is None:
        figures = "–"
    else:
        figures = f"{one.difference:+.3f} [{one.low:+.3f}, {one.high:+.3f}]"
    verdict = "noise" if one.within_noise else "better" if (one.difference or 0) > 0 else "worse"
    return f"{name} ({metric_label(one.metric)})", figures, tr(f"display.compare.{verdict}")


def compared(
    first: tuple[RunRecord, EvaluationFolder], second: tuple[RunRecord, EvaluationFolder]
) -> Compared:
    """Hold a second evaluation against a first.

    Args:
        first: The run and the folder of the first.
        second: Those of the second.

    Raises:
        UserError: They are of different tasks, one keeps no predictions, or they have no image
            or class in common.
    """
    if (different := different_tasks(first[0], second[0])) is not None:
        raise UserError(different.key, **different.values)
    one, other = evaluated(*first), evaluated(*second)
    if isinstance(one, Message):
        raise UserError(one.key, **one.values)
    if isinstance(other, Message):
        raise UserError(other.key, **other.values)
    one, other, note = at_one_threshold(one, other)
    found = differences(one, other)
    same = same_images(one, other)
    rows = same.rows
    least = _LEAST if one.counts.overall == "miou" else 0.5
    before, after = one.counts.errors()[rows[:, 0]], other.counts.errors()[rows[:, 1]]
    changed = [
        ChangedImage(Path(one.paths[pair[0]]), was, now, pair[0], pair[1])
        for pair, was, now in zip(rows.tolist(), before.tolist(), after.tolist(), strict=True)
        if abs(now - was) >= least
    ]
    changed.sort(key=lambda image: (-abs(image.after - image.before), image.row))
    return Compared(
        found,
        [image for image in changed if image.after < image.before],
        [image for image in changed if image.after > image.before],
        len(rows),
        [*([] if note is None else [note]), *same.notes],
    )
