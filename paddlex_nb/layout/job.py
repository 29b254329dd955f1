"""The folder of a job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.workspace import JOB_SPEC, WorkspaceFolder


@dataclass(frozen=True)
class JobFolder:
    """The files of a job.

    Attributes:
        path: ``<item>/jobs/<number>-<kind>``.
    """

    path: Path

    STATUS: ClassVar[str] = "status.json"
    STOP: ClassVar[str] = "stop"

    @property
    def item(self) -> ItemFolder:
        """The data set or run that it works for."""
        return ItemFolder(self.path.parents[1])

    @property
    def workspace(self) -> WorkspaceFolder:
        """The workspace that it is in."""
        return self.item.workspace

    @property
    def id(self) -> str:
        """Its name in the workspace: ``datasets/fruit/001-import``."""
        item = self.item.path
        return f"{item.parent.name}/{item.name}/{self.path.name}"

    @property
    def number(self) -> int:
        """The number that its name begins with; 0 for what is no job's folder."""
        number = self.path.name.partition("-")[0]
        return int(number) if number.isascii() and number.isdecimal() else 0

    @property
    def kind(self) -> str:
        """What kind of job: import, train, evaluate and so on."""
        return self.path.name.partition("-")[2]

    @property
    def spec(self) -> Path:
        """The job's specification; a folder without it is no job."""
        return self.path / JOB_SPEC

    @property
    def status(self) -> Path:
        """The job's state, result and error."""
        return self.path / self.STATUS

    @property
    def process(self) -> Path:
        """Which process does the job."""
        return self.path / "process.json"

    @property
    def events(self) -> Path:
        """The job's events, one JSON line each."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """The job's output."""
        return self.path / "log.txt"

    @property
    def heartbeat(self) -> Path:
        """Touched every few seconds while the job's process lives."""
        return self.path / "heartbeat"

    @property
    def turn(self) -> Path:
        """Its place in the queue, if somebody gave it another one than its creation did."""
        return self.path / "turn.json"

    @property
    def stop(self) -> Path:
        """There when somebody asked the job to stop."""
        return self.path / self.STOP

    @property
    def saving(self) -> Path:
        """There while the job writes a checkpoint."""
        return self.path / "saving"

    @property
    def reserve(self) -> Path:
        """Room on the disk that is kept for the job's last word."""
        return self.path / "reserve"

    @property
    def not_finite(self) -> Path:
        """Of a training: the images after which the loss was not a number."""
        return self.path / "not_finite.json"

    @property
    def predictions(self) -> Path:
        """The predictions of a prediction job."""
        return self.path / "predictions.json"

    @property
    def below_threshold(self) -> Path:
        """Of a prediction: the objects whose score is below the threshold."""
        return self.path / "below_threshold.json"

    @property
    def scratch(self) -> Path:
        """What the job unpacks and makes for itself; swept away when it ends."""
        return self.path / "scratch"

    def mask(self, number: int) -> Path:
        """Of a prediction: the label map of an image, by its number from 0."""
        return self.path / "masks" / f"{number:06d}.png"
