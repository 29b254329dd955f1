"""What a user does with images and a run's model: predict them, and ask where it looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from paddlex_nb.item import Item
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.waiting import wait_for
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run.jobs import RunJob, finished
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.required import require_checkpoint, require_dataset

if TYPE_CHECKING:
    from paddlex_nb.core.one_or_many import PathLike
    from paddlex_nb.evaluation.given_images import Given
    from paddlex_nb.results.explanation import Explanation
    from paddlex_nb.results.predictions import Predictions


class PredictionVerbs(Item):
    """What a run's model says of images."""

    @overload
    def predict(
        self,
        images: Given | Iterable[Given],
        checkpoint: str = "best",
        *,
        threshold: float | None = None,
        tile: int | None = None,
        tile_overlap: float | None = None,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Predictions: ...
    @overload
    def predict(
        self,
        images: Given | Iterable[Given],
        checkpoint: str = "best",
        *,
        threshold: float | None = None,
        tile: int | None = None,
        tile_overlap: float | None = None,
        wait: Literal[False],
        progress: bool = True,
    ) -> RunJob[Predictions]: ...

    def predict(
        self,
        images: Given | Iterable[Given],
        checkpoint: str = "best",
        *,
        threshold: float | None = None,
        tile: int | None = None,
        tile_overlap: float | None = None,
        wait: bool = True,
        progress: bool = True,
    ) -> Predictions | RunJob[Predictions]:
        """Predict images, or all images of folders.

        Warns if the training was still going on.

        Args:
            images: A path or several, of images and of folders all of whose images are meant;
                also arrays of shape (height, width, 3), RGB, uint8, and images of Pillow, which
                are kept in the run's folder.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            threshold: Least score of the objects, 0 to 1 (detection and instance segmentation);
                by default the run's `threshold`.
            tile: Side in pixels of the tiles that larger images are cut into and predicted by;
                0 predicts them whole. By default as the images that the run was trained with.
                What is predicted is in pixels of the whole image.
            tile_overlap: Share of the side by which tiles overlap, 0 to 0.5; by default as in
                training.
            wait: Wait for the result; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: There is no such checkpoint, no image at the paths, the threshold is not
                from 0 to 1, or tiles are out of their limits; or the task has no threshold or no
                tiles.
        """
        from paddlex_nb.evaluation.given_images import image_files
        from paddlex_nb.evaluation.threshold import score_threshold
        from paddlex_nb.evaluation.tiled_images import tiling_of
        from paddlex_nb.results.predictions import Predictions

        require_checkpoint(self.folder, checkpoint)
        record = read_run(self.folder)
        tiling_of(record, tile, tile_overlap)  # says now what is wrong with them
        files = image_files(images, RunFolder(self.folder).inputs)
        arguments = {
            "paths": [str(path.absolute()) for path in files],
            "checkpoint": checkpoint,
            "threshold": score_threshold(record, threshold),
            "tile": tile,
            "tile_overlap": tile_overlap,
        }
        job = RunJob(launch(self.folder, "predict", arguments).folder, Predictions.from_dict)
        return finished(job, progress=progress) if wait else job

    @overload
    def explain(
        self,
        images: PathLike | Iterable[PathLike],
        method: Literal["gradient", "perturbation"] = "gradient",
        class_name: str | Sequence[str] | None = None,
        checkpoint: str = "best",
        *,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> list[Explanation]: ...
    @overload
    def explain(
        self,
        images: PathLike | Iterable[PathLike],
        method: Literal["gradient", "perturbation"] = "gradient",
        class_name: str | Sequence[str] | None = None,
        checkpoint: str = "best",
        *,
        wait: Literal[False],
        progress: bool = True,
    ) -> RunJob[list[Explanation]]: ...

    def explain(
        self,
        images: PathLike | Iterable[PathLike],
        method: Literal["gradient", "perturbation"] = "gradient",
        class_name: str | Sequence[str] | None = None,
        checkpoint: str = "best",
        *,
        wait: bool = True,
        progress: bool = True,
    ) -> list[Explanation] | RunJob[list[Explanation]]:
        """Show where in images a classifier looks (image classification).

        Args:
            images: A path or several.
            method: ``gradient`` (Grad-CAM, a moment an image) or ``perturbation`` (RISE, which
                only asks the model and takes 400 predictions an image).
            class_name: The class to look for, or one for each image; by default the one that is
                predicted for each.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            wait: Wait for the result; else the job is given at once.
            progress: Show a progress bar while waiting.

        Returns:
            One an image; ``draw()`` of each draws it, ``heat`` has the numbers.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: It is not a classifier, there is no such class or checkpoint, or an image
                cannot be read.
        """
        from paddlex_nb.core.one_or_many import image_list
        from paddlex_nb.evaluation.explained import asked_classes
        from paddlex_nb.results.explanation import Explanation

        paths = [str(Path(str(one)).expanduser().absolute()) for one in image_list(images)]
        asked_classes(read_run(self.folder), class_name, len(paths))
        require_checkpoint(self.folder, checkpoint)
        arguments = {
            "paths": paths,
            "checkpoint": checkpoint,
            "method": method,
            "class_name": class_name if isinstance(class_name, str | None) else list(class_name),
        }
        job = RunJob(launch(self.folder, "explain", arguments).folder, Explanation.from_result)
        return wait_for(job, progress=progress) if wait else job

    def images(self, split: str) -> list[Path]:
        """The images of a split, as the run was trained with it; for `predict`.

        Args:
            split: ``train``, ``val`` or ``test``.

        Raises:
            UserError: There is no such split, or the data set was deleted.
        """
        from paddlex_nb.data.store.view import DatasetView
        from paddlex_nb.evaluation.split import check_split

        check_split(split)
        return DatasetView(require_dataset(self.folder), split, divided=self.folder).paths
