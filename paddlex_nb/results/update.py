"""What an update of a data set has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import Self

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.importing.update_summary import update_sentences
from paddlex_nb.display.html import html_text
from paddlex_nb.display.tables import columns
from paddlex_nb.display.text import plain
from paddlex_nb.results.base import Result


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Update(Result):
    """What an update of a data set has changed.

    Attributes:
        added: How many images came.
        lost: How many images are gone.
        images: How many there are now.
        classes: Class names, in the order of their numbers.
        classes_added: Names of the classes that came.
        classes_emptied: Names of the classes that no image shows any more.
        splits: Images by split; empty if unknown.
        splits_before: Images by split as it was; empty if unknown.
    """

    added: int
    lost: int
    images: int
    classes: list[str]
    classes_added: list[str]
    classes_emptied: list[str]
    splits: dict[str, int]
    splits_before: dict[str, int]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The update that is written as this plain JSON, by this version or an earlier one."""
        return cls(
            data=data,
            added=data["added"],
            lost=data["lost"],
            images=data["images"],
            classes=list(data["classes"]),
            classes_added=list(data.get("classes_added", ())),
            classes_emptied=list(data.get("classes_emptied", ())),
            splits=dict(data.get("splits", {})),
            splits_before=dict(data.get("splits_before", {})),
        )

    def __repr__(self) -> str:
        return "\n".join(self._sentences())

    def _repr_html_(self) -> str:
        return "".join(map(html_text, self._sentences()))

    def _sentences(self) -> list[str]:
        return [plain(sentence.text()) for sentence in update_sentences(self.data)]

    def _facts(self) -> list[tuple[str, object]]:
        return [
            (tr("display.added"), self.added),
            (tr("display.lost"), self.lost),
            (columns("images")[0], self.images),
        ]
