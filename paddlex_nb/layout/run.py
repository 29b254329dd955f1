"""The folders of a run, of one evaluation of it, and of a model that was saved from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.workspace import RUN_RECORD


@dataclass(frozen=True)
class WeightsFolder:
    """A folder that has checkpoints: a run's or a saved model's.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def checkpoints(self) -> Path:
        """Weights and state of training by name: ``best.npz``, ``last.npz``, ``epoch-5.npz``."""
        return self.path / "checkpoints"


class ModelFolder(WeightsFolder):
    """The files of a model that was saved under a name."""

    RECORD: ClassVar[str] = "model.json"

    @property
    def record(self) -> Path:
        """What the model is; without it the folder is none."""
        return self.path / self.RECORD


@dataclass(frozen=True)
class EvaluationFolder:
    """The files of one evaluation.

    Attributes:
        path: ``evaluation/<split>-<checkpoint>`` in the run's folder, with ``-photos`` if it is of
            whole photos of a data set in tiles.
    """

    path: Path

    @property
    def result(self) -> Path:
        """All metrics of the evaluation."""
        return self.path / "result.json"

    @property
    def predictions(self) -> Path:
        """The predictions, one row an image."""
        return self.path / "predictions.arrow"

    @property
    def photos(self) -> Path:
        """The photos that were evaluated, as a data set; only where the run's images are tiles."""
        return self.path / "photos"


class RunFolder(ItemFolder, WeightsFolder):
    """The files of a run."""

    RECORD: ClassVar[str] = RUN_RECORD

    @property
    def record(self) -> Path:
        """What the run is; without it the folder is none."""
        return self.path / self.RECORD

    @property
    def record_lock(self) -> Path:
        """Held by whoever changes the record."""
        return self.path / "record.lock"

    @property
    def summary(self) -> Path:
        """How far the training has come and its best, so that a list need not read its events."""
        return self.path / "summary.json"

    @property
    def history(self) -> Path:
        """The curves of a long training up to some time, so that nobody need read all events."""
        return self.path / "history.msgpack"

    @property
    def vdl(self) -> Path:
        """Curves for VisualDL."""
        return self.path / "vdl"

    @property
    def vdl_samples(self) -> Path:
        """Pictures for VisualDL: a folder of their own, since it reads one log of a folder."""
        return self.vdl / "samples"

    @property
    def vdl_lock(self) -> Path:
        """Held by whoever draws pictures for VisualDL."""
        return self.vdl / "samples.lock"

    @property
    def vdl_graph(self) -> Path:
        """The model's graph for VisualDL, which knows it by this name and lists its folder."""
        return self.vdl / self.path.name / "vdlgraph.json"

    @property
    def anchors(self) -> Path:
        """Sizes of boxes that a detector begins with, where they were taken from the data."""
        return self.path / "anchors.json"

    SAMPLE: ClassVar[str] = "epoch-*.arrow"

    @property
    def samples(self) -> Path:
        """What was predicted for a few fixed images as the training went, a file an epoch."""
        return self.path / "samples"

    def sample(self, epoch: int) -> Path:
        """The predictions after an epoch, one row an image."""
        return self.samples / self.SAMPLE.replace("*", str(epoch))

    @property
    def sample_epochs(self) -> list[int]:
        """The epochs whose predictions for these images are kept, rising."""
        names = (path.name[6:-6] for path in self.samples.glob(self.SAMPLE))
        return sorted(int(name) for name in names if name.isdecimal())

    @property
    def evaluations(self) -> Path:
        """Its evaluations, a folder each (`EvaluationFolder`)."""
        return self.path / "evaluation"

    def evaluation(self, split: str, checkpoint: str, *, photos: bool = False) -> EvaluationFolder:
        """The newest evaluation of a checkpoint on a split, or on the photos of its tiles."""
        kind = "-photos" if photos else ""
        return EvaluationFolder(self.evaluations / f"{split}-{checkpoint}{kind}")

    def photos(self) -> Iterator[Path]:
        """The photos of its evaluations of whole photos (`EvaluationFolder.photos`)."""
        yield from self.evaluations.glob("*-photos/photos")

    @property
    def inputs(self) -> Path:
        """Images that were given to `Run.predict` as arrays, a file each."""
        return self.path / "inputs"

    @property
    def exports(self) -> Path:
        """Its exported models, a folder each."""
        return self.path / "exports"

    def export(self, to: str) -> Path:
        """Where the model is exported to unless another folder is named."""
        return self.exports / to

    @property
    def trainer_lock(self) -> Path:
        """Held by the process that trains the run."""
        return self.path / "trainer.lock"

    @property
    def resume_lock(self) -> Path:
        """Held by whoever looks whether the run may be resumed."""
        return self.path / "resume.lock"
