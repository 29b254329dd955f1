"""Labels that somebody looked at and found right: not to be suggested again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.data.store.record_file import holding
from paddlex_nb.label_errors.suggestion import XYWH, LabelError, shared
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.metrics.overlap import MATCH_IOU


class _Kept(msgspec.Struct, frozen=True):
    """A suggestion that was turned down."""

    row: int
    kind: str
    given: str | None
    suggested: str | None
    box: XYWH | None

    def means(self, other: LabelError) -> bool:
        """Whether it turns ``other`` down: the same thought, of the same place, by any model."""
        mine = (self.row, self.kind, self.given, self.suggested)
        theirs = (other.row, other.kind, other.given, other.suggested)
        return mine == theirs and shared(self.box, other.place) >= MATCH_IOU


def keep(dataset: Path, errors: Iterable[LabelError]) -> None:
    """Remember that labels are right as they are.

    Args:
        dataset: The data set's folder.
        errors: What was suggested.

    Raises:
        UserError: The data set is gone or being changed, or the workspace cannot be written.
    """
    with holding(dataset):
        known = _read(dataset)
        new = [one for one in errors if not any(kept.means(one) for kept in known)]
        known += [_Kept(e.row, e.kind, e.given, e.suggested, e.place) for e in new]
        write_json(DatasetFolder(dataset).kept_labels, known)


def suggest_again(dataset: Path, errors: Iterable[LabelError]) -> None:
    """Forget that labels were kept.

    Args:
        dataset: The data set's folder.
        errors: What was suggested.

    Raises:
        UserError: As of `keep`.
    """
    wanted = list(errors)
    with holding(dataset):
        left = [k for k in _read(dataset) if not any(k.means(one) for one in wanted)]
        write_json(DatasetFolder(dataset).kept_labels, left)


def without_kept(dataset: Path, errors: Iterable[LabelError]) -> list[LabelError]:
    """The suggestions that nobody has turned down.

    Args:
        dataset: The data set's folder.
        errors: All of them.

    Raises:
        UserError: The file of what was turned down is damaged.
    """
    by_row: dict[int, list[_Kept]] = {}
    for kept in _read(dataset):
        by_row.setdefault(kept.row, []).append(kept)
    return [e for e in errors if not any(kept.means(e) for kept in by_row.get(e.row, ()))]


def _read(dataset: Path) -> list[_Kept]:
    path = DatasetFolder(dataset).kept_labels
    return read_json(path, list[_Kept]) if path.exists() else []
