"""What a user does to know the images of a data set: find, count, plot, see them augmented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from typing_extensions import Unpack

from paddlex_nb.core.one_or_many import Paths, image_list
from paddlex_nb.data.store.record_file import ready_folder
from paddlex_nb.item import Item
from paddlex_nb.params.spec import Value
from paddlex_nb.params.typed import TrainingParams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from paddlex_nb.data.explore.statistics import DatasetStatistics
    from paddlex_nb.training.augmented import AugmentedImage


class ExploreVerbs(Item):
    """The images of a data set."""

    def rows(self, *patterns: Paths) -> list[int]:
        """Rows of the images whose paths match a pattern; ascending.

        Args:
            *patterns: Paths relative to the data set's root, or absolute ones below it; several
                may also be given as one list. As in a shell, ``*`` and ``?`` stand for any
                characters, ``/`` included.

        Raises:
            UserError: No image matches one of them.
        """
        from paddlex_nb.data.edits.match_paths import rows_matching

        given = [str(pattern) for some in patterns for pattern in image_list(some)]
        return rows_matching(ready_folder(self.folder), given)

    def statistics(self, *, colours: bool = False) -> DatasetStatistics:
        """Sizes, shapes and classes of the images.

        Args:
            colours: Also decode a sample for colours, and for the classes' share of the pixels.
        """
        from paddlex_nb.data.explore.statistics import statistics

        return statistics(ready_folder(self.folder), colours=colours)

    def plot(self, name: str = "classes") -> Figure:
        """A figure of its statistics.

        Args:
            name: ``classes`` (by split), ``sizes`` (of images), and with objects ``objects`` (an
                image), ``boxes`` (their sizes), ``positions`` or ``together`` (which classes
                are in one image).

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.

        Raises:
            UserError: There is no such figure, the data set has nothing to show in it, or it is
                not ready.
        """
        from paddlex_nb.data.explore.plots import plot

        return plot(ready_folder(self.folder), name)

    def preview_augmentation(
        self,
        model: str | None = None,
        *,
        epoch: int = 1,
        count: int = 6,
        **params: Unpack[TrainingParams],
    ) -> list[AugmentedImage]:
        """Training images as a model would get them: after the random changes of the training.

        Args:
            model: A name of the catalogue; by default the one recommended for the data.
            epoch: Number of the epoch, from 1, whose first images are made; another one gives
                other images and other changes.
            count: How many at most.
            **params: Parameters by name, as `Workspace.train` takes them.

        Raises:
            UserError: The model or a parameter does not fit, or an image cannot be read.
        """
        from paddlex_nb.planning.plan import plan
        from paddlex_nb.training.augmented import Augmenting

        planned = plan(
            ready_folder(self.folder), model, overrides=cast(Mapping[str, Value], params)
        )
        return Augmenting(self.folder, planned, epoch, count).result()
