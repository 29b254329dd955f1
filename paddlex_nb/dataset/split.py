"""What a user does to divide the images of a data set into training, validation and test images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.one_or_many import Images
from paddlex_nb.data.store.record_file import ready_folder, ready_record
from paddlex_nb.data.store.records import SplitPlan
from paddlex_nb.item import Item

if TYPE_CHECKING:
    from paddlex_nb.data.store.split_file import SplitCounts


class SplitVerbs(Item):
    """The split of a data set."""

    def split(
        self,
        train: float | None = None,
        val: float | None = None,
        test: float | None = None,
        seed: int | None = None,
        *,
        together: str = "",
        folds: int = 0,
        fold: int = 1,
    ) -> SplitCounts:
        """Divide the images, alike in every class; copies of an image stay together.

        The split that a data set came with, or that somebody made, is not replaced unless
        something says how to divide.

        Args:
            train: Share of the training images, above 0. The three add up to 1; those that are
                None have what the others leave, as 0.7 to 0.2 to 0.1.
            val: Share of the validation images, above 0; likewise.
            test: Share of the test images; likewise.
            seed: The same seed gives the same split; 0 if None.
            together: What else stays on one side: ``folder``, ``column`` (a column such as
                ``patient`` of the table that the data set came with), or a regular expression
                that finds the same text in the paths of images that belong together.
            folds: Number of folds (2 to 20) of cross-validation: val is one of so many equal
                parts of what is not test, whatever the shares of train and val.
            fold: Which of them is val, from 1.

        Raises:
            UserError: The shares are wrong, the data set is not ready, or nothing says how to
                divide one that came divided or was divided in another way.
        """
        from paddlex_nb.data.splitting.shares import completed_shares
        from paddlex_nb.data.splitting.split import differs_from_default_split, split

        record = ready_record(self.folder)
        has_plan = any(value is not None for value in (train, val, test, seed)) or together or folds
        if not has_plan and record.split is not None and record.split.given:
            raise UserError("data.split_given_kept")
        if not has_plan and differs_from_default_split(self.folder):
            raise UserError("data.split_own_kept")
        shares = completed_shares(train, val, test)
        plan = SplitPlan(*shares, seed=seed or 0, together=together, folds=folds, fold=fold)
        return split(self.folder, plan)

    def use_given_split(self) -> SplitCounts:
        """Divide the images as the data set came divided.

        Raises:
            UserError: It came undivided, or is not ready.
        """
        from paddlex_nb.data.splitting.split import return_to_given_split

        return return_to_given_split(ready_folder(self.folder))

    def move_to_split(self, images: Images, split: str) -> int:
        """Move images to a split; copies, and what else stays together with them, move too.

        This is no change: `Edits.changes` does not list it, and dividing anew forgets it.

        Args:
            images: Rows of the index, or patterns of paths as `rows` takes them; one or several.
            split: train, val or test.

        Returns:
            How many images moved.

        Raises:
            UserError: There is no such split or image, or nothing would be left in train or val.
        """
        from paddlex_nb.data.edits.match_paths import chosen_rows
        from paddlex_nb.data.splitting.move import move_to_split

        folder = ready_folder(self.folder)
        return move_to_split(folder, chosen_rows(folder, images), split).count

    def counts(self) -> SplitCounts:
        """Images by split and by class."""
        from paddlex_nb.data.store.split_file import split_counts

        return split_counts(ready_folder(self.folder))
