"""Sample predictions as pictures for VisualDL: the truth, and beside it the prediction."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.files import make_folder
from paddlex_nb.core.locks import locked
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.evaluation.stored_predictions import reading
from paddlex_nb.evaluation.threshold import score_threshold
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.stored import prediction_of, truth_of
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.samples import read_samples
from paddlex_nb.runs.vdl_log import META, VdlLog, framed, log_files, new_log

if TYPE_CHECKING:
    from PIL import Image

    from paddlex_nb.results.prediction import Prediction

_SIDE = 480
"""Pixels of a picture's longest side; the truth and the prediction have one each."""

_QUALITY = 85
"""Of JPEG: as PNG, pictures of photos take ten times the room."""

_GAP = 8
"""White pixels between the two."""


def write_pictures(folder: Path) -> int:
    """Write what is not yet written of a run's sample predictions; how many epochs that were.

    A picture's step is its epoch, its time that of the predictions: what a resumed training has
    predicted anew is told by it, and then all pictures are written anew.

    Args:
        folder: The run's folder.

    Raises:
        UserError: Run, data set or predictions are gone or damaged, or the disk refuses.
        OSError: Likewise.
    """
    run = RunFolder(folder)
    if not run.sample_epochs:
        return 0
    make_folder(run.vdl)
    with locked(run.vdl_lock, 0):
        known = _known(run)
        times = {epoch: _written(run.sample(epoch)) for epoch in run.sample_epochs}
        stale = any(times.get(epoch, time) != time for epoch, time in known.items())
        if stale or max(known, default=0) > max(times):
            known = {}
        missing = [epoch for epoch in times if epoch not in known]
        if not missing:
            return 0
        make_folder(run.vdl_samples)
        old = log_files(run.vdl_samples)
        path = old[-1] if known else new_log(run.vdl_samples)
        pictures = _Pictures(folder)
        with path.open("ab") as file:
            if not known:
                file.write(framed(_meta(min(times.values()))))
            for epoch in missing:
                with reading(run.sample(epoch)):
                    records = pictures.records(epoch, times[epoch])
                file.write(records)
                file.flush()
        for log in old if not known else []:
            log.unlink(missing_ok=True)
    return len(missing)


def _known(run: RunFolder) -> dict[int, int]:
    """The epochs that are in the newest log, and their times; none if it is damaged."""
    logs = log_files(run.vdl_samples)
    if not logs:
        return {}
    log = VdlLog(logs[-1])
    drawn = [tag != META for tag in log.tags]
    if not log.whole:
        return {}
    return dict(zip(log.steps[drawn].tolist(), log.times[drawn].tolist(), strict=True))


def _written(path: Path) -> int:
    """When a file was written, in milliseconds since the epoch."""
    return path.stat().st_mtime_ns // 1_000_000


def _meta(time: int) -> bytes:
    from visualdl.component.base_component import meta_data

    return bytes(meta_data(walltime=time).SerializeToString())


class _Pictures:
    """Draws the sample images of a run.

    Args:
        folder: The run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._record = read_run(folder)
        dataset = RunFolder(folder).workspace.datasets / self._record.dataset
        self._view = DatasetView(dataset, "val", divided=folder)
        self._least = score_threshold(self._record) or 0.0
        self._truths: dict[int, Image.Image] = {}

    def records(self, epoch: int, time: int) -> bytes:
        """The pictures after an epoch, as a log holds them."""
        from visualdl.proto.record_pb2 import Record

        written, kind = [], RunFolder(self._folder).samples.name
        for number, row in enumerate(read_samples(self._folder, epoch).to_pylist(), 1):
            # it takes no % in a name; a picture of a path that is no text is named all the same
            name = self._view.path(row["row"]).name.encode(errors="replace").decode()
            value = Record.Value(
                id=epoch,
                tag=f"{kind}/{number} {name.replace('%', '_')}",
                timestamp=time,
                image=Record.Image(encoded_image_string=self._picture(row["row"], row)),
            )
            written.append(framed(Record(values=[value]).SerializeToString()))
        return b"".join(written)

    def _picture(self, place: int, row: dict[str, Any]) -> bytes:
        """An image twice, as labelled and as predicted; JPEG."""
        from PIL import Image

        said = prediction_of(row, self._view.path(place), self._record.classes).above(self._least)
        if place not in self._truths:
            self._truths[place] = _small(truth_of(self._view, place))
        truth, found = self._truths[place], _small(said)
        both = Image.new("RGB", (truth.width + _GAP + found.width, truth.height), "white")
        both.paste(truth, (0, 0))
        both.paste(found, (truth.width + _GAP, 0))
        out = io.BytesIO()
        both.save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()


def _small(prediction: Prediction) -> Image.Image:
    from PIL import Image

    picture = Image.fromarray(prediction.draw())
    picture.thumbnail((_SIDE, _SIDE))
    return picture
