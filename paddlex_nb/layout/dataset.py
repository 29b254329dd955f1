"""The folder of a data set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from paddlex_nb.layout.item import ItemFolder


@dataclass(frozen=True)
class VersionFolder:
    """The index of a data set: as it was imported, or in one of its versions.

    Attributes:
        path: The data set's folder, or ``versions/<name>`` in it.
    """

    path: Path

    IMAGES: ClassVar[str] = "images.arrow"
    OBJECTS: ClassVar[str] = "objects.arrow"

    @property
    def images(self) -> Path:
        """Table of the images."""
        return self.path / self.IMAGES

    @property
    def objects(self) -> Path:
        """Table of the objects."""
        return self.path / self.OBJECTS

    @property
    def changes(self) -> Path:
        """The class names, and the changes that were made; only a version has it."""
        return self.path / "changes.json"

    @property
    def journal(self) -> Path:
        """Changes that were made to this version and that no later one holds yet, a line each."""
        return self.path / "changes.jsonl"


class DatasetFolder(ItemFolder):
    """The files of a data set."""

    RECORD: ClassVar[str] = "dataset.json"
    FILES: ClassVar[str] = "files"
    MASKS: ClassVar[str] = "masks"

    @property
    def record(self) -> Path:
        """What the data set is; without it the folder is none."""
        return self.path / self.RECORD

    @property
    def findings(self) -> Path:
        """The findings of the check, one JSON line each."""
        return self.path / "findings.jsonl"

    @property
    def files(self) -> Path:
        """Images of its own: copied or unpacked."""
        return self.path / self.FILES

    @property
    def masks(self) -> Path:
        """Masks of its own: made from what another format holds."""
        return self.path / self.MASKS

    @property
    def thumbnails(self) -> Path:
        """Small pictures; made anew when they are gone."""
        return self.path / "thumbnails"

    @property
    def looks(self) -> Path:
        """Brightness and sharpness of its images; measured anew when it is gone."""
        return self.path / "looks.arrow"

    @property
    def versions(self) -> Path:
        """Its indexes with changes, a folder each (`version`)."""
        return self.path / "versions"

    def version(self, name: str) -> VersionFolder:
        """The folder of a version; that of the data set as first imported if empty."""
        return VersionFolder(self.versions / name if name else self.path)

    @property
    def update(self) -> Path:
        """What an update has read so far; swept away afterwards."""
        return self.path / ".update"

    @property
    def tiles(self) -> Path:
        """What an update cuts, a folder likewise; in the folder of the update."""
        return self.path / "tiles"

    @property
    def kept_labels(self) -> Path:
        """Labels that looked wrong to a model and right to somebody."""
        return self.path / "kept_labels.json"

    @property
    def changes_lock(self) -> Path:
        """Held while the record, the split or the versions are changed."""
        return self.path / "changes.lock"

    @property
    def source_lock(self) -> Path:
        """Held while something works on where the data set came from."""
        return self.path / "source.lock"
