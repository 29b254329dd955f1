"""What can be changed in a data set: findings fixed, labels corrected, and all of it undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from paddlex_nb.core.one_or_many import Image, Images, Objects, object_list, row_or_path, whole
from paddlex_nb.data.store.record_file import ready_folder

if TYPE_CHECKING:
    from paddlex_nb.data.edits import XYWH, Change, Entry
    from paddlex_nb.data.edits.fixes import Fix


class Edits:
    """The changes of a data set: kept in the workspace; the user's files stay as they are.

    Images are rows of the index, as `Dataset.rows` finds them, or patterns of paths, as
    `Dataset.rows` takes them: one or several. An object is the row or path of its image and
    its ``number``, as `DatasetView.objects` gives it: one pair or several. Each edit is a change of
    its own, which `changes` lists and `undo` takes back.

    Args:
        folder: The data set's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        return f"Edits({self._folder.name})"

    def fixes(self) -> dict[str, Fix]:
        """Changes that would fix findings, by the findings' code; they say what they would do."""
        from paddlex_nb.data.edits.fixes import fixes

        return fixes(ready_folder(self._folder))

    def fix(self, code: str) -> Entry:
        """Fix all findings of a code; the user's files stay as they are.

        Raises:
            UserError: Nothing can be fixed, it was done already, or nothing would be left.
        """
        from paddlex_nb.data.edits.fixes import fix

        return fix(ready_folder(self._folder), code)

    def changes(self) -> list[Entry]:
        """All changes that count, oldest first."""
        from paddlex_nb.data.edits import history

        return history(ready_folder(self._folder)).entries

    def undo(self, number: int | None = None) -> Entry:
        """Take a change back.

        Args:
            number: Its number; the newest if None.

        Raises:
            UserError: There is no such change, or a later one needs it.
        """
        from paddlex_nb.data.edits import undo

        return undo(ready_folder(self._folder), number)

    def apply(self, change: Change) -> Entry:
        """Make a change.

        Raises:
            UserError: It does not fit the data set, or would leave nothing to train with.
        """
        from paddlex_nb.data.edits import make

        return make(ready_folder(self._folder), change)

    def _objects(self, objects: Objects) -> list[tuple[int, int]]:
        """Rows and numbers of objects whose images are given by rows or by paths."""
        from paddlex_nb.data.edits.match_paths import rows_of_paths

        given = object_list(objects)
        paths = {image for image, _ in given if isinstance(image, str)}
        if not paths:
            return [(whole(image), number) for image, number in given]
        row_of = dict(zip(paths, rows_of_paths(ready_folder(self._folder), paths), strict=True))
        return [
            (row_of[image] if isinstance(image, str) else image, number) for image, number in given
        ]

    def exclude(self, images: Images) -> Entry:
        """Leave images out of every split.

        Raises:
            UserError: There is no such image, or nothing would be left to train with.
        """
        from paddlex_nb.data.edits import Exclude

        return self.apply(Exclude(self._rows(images)))

    def include(self, images: Images) -> Entry:
        """Take images that were left out back in; those whose files are gone stay out.

        Raises:
            UserError: There is no such image.
        """
        from paddlex_nb.data.edits import Include

        return self.apply(Include(self._rows(images)))

    def set_class(self, images: Images, name: str) -> Entry:
        """Give images another class (image classification).

        Raises:
            UserError: There is no such image or class, only one class would be left, or the task
                is another.
        """
        from paddlex_nb.data.edits import SetClass

        return self.apply(SetClass(self._rows(images), name))

    def set_object_class(self, objects: Objects, name: str) -> Entry:
        """Give objects, each the row or path of its image and its number, another class.

        Raises:
            UserError: There is no such object or class.
        """
        from paddlex_nb.data.edits import SetObjectClass

        return self.apply(SetObjectClass(self._objects(objects), name))

    def set_box(self, image: Image, number: int, box: XYWH) -> Entry:
        """Draw the box of an object anew (object detection).

        Args:
            image: Row or path of the image.
            number: The object's number.
            box: x, y, width and height in pixels of the image as shown; what is outside the image
                is cut off.

        Raises:
            UserError: There is no such object, less than a pixel of the box is inside the image,
                or the task is another.
        """
        from paddlex_nb.data.edits import SetBox

        [(row, which)] = self._objects([(row_or_path(image), whole(number))])
        return self.apply(SetBox(row, which, _plain(box)))

    def add_object(self, image: Image, name: str, box: XYWH) -> Entry:
        """Add an object (object detection); the change says the number that it was given.

        Args:
            image: Row or path of the image.
            name: Its class.
            box: As for `set_box`.

        Raises:
            UserError: There is no such image or class, less than a pixel of the box is inside the
                image, or the task is another.
        """
        from paddlex_nb.data.edits import AddObject

        [(row, _)] = self._objects([(row_or_path(image), 0)])
        return self.apply(AddObject(row, name, _plain(box)))

    def drop_objects(self, objects: Objects) -> Entry:
        """Leave objects out, each the row or path of its image and its number.

        Raises:
            UserError: There is no such image.
        """
        from paddlex_nb.data.edits import DropObjects

        return self.apply(DropObjects(self._objects(objects)))

    def merge_classes(self, names: str | Iterable[str], into: str) -> Entry:
        """Make classes part of another one, and take them out.

        Args:
            names: The classes that end.
            into: The class that their images, objects or pixels become part of.

        Raises:
            UserError: There is no such class, or only one would be left to classify.
        """
        from paddlex_nb.data.edits import MergeClasses

        return self.apply(MergeClasses([(name, into) for name in _names(names)]))

    def rename_class(self, name: str, new: str) -> Entry:
        """Give a class another name, in all labels: ``background`` becomes ``membrane``.

        Args:
            name: The class.
            new: Its new name, at most 200 characters.

        Raises:
            UserError: There is no such class, another one has the name, or it is empty or too
                long.
        """
        from paddlex_nb.core.names import shown_name
        from paddlex_nb.data.edits import RenameClass

        return self.apply(RenameClass(name, shown_name(new)))

    def remove_classes(self, names: str | Iterable[str]) -> Entry:
        """Take out classes that no image shows.

        Raises:
            UserError: There is no such class, or an image shows it.
        """
        from paddlex_nb.data.edits import RemoveClasses

        return self.apply(RemoveClasses(_names(names)))

    def remap_masks(self, values: Mapping[int, str]) -> Entry:
        """Let values of masks stand for another class, or for none (semantic segmentation).

        Args:
            values: By value of the pixels of the mask files, 0 to 254, the class that it stands
                for: one that there is, a new one, or empty for pixels that do not count.

        Raises:
            UserError: A value is out of range, there would be too many classes, or the task is
                another.
        """
        from paddlex_nb.data.edits import RemapMasks

        return self.apply(RemapMasks([(int(v), name) for v, name in values.items()]))

    def _rows(self, images: Images) -> list[int]:
        from paddlex_nb.data.edits.match_paths import chosen_rows

        return chosen_rows(ready_folder(self._folder), images)


def _names(names: str | Iterable[str]) -> list[str]:
    """One name or several as a list; a text is one name, not its letters."""
    return [names] if isinstance(names, str) else list(names)


def _plain(box: XYWH) -> XYWH:
    """Numbers of numpy as Python's, which JSON can hold."""
    x, y, w, h = map(float, box)
    return x, y, w, h
