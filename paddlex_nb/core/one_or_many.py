"""What public functions take where one value is as good as several."""

from __future__ import annotations

import os
from collections.abc import Iterable
from numbers import Integral
from typing import Any, TypeAlias

from paddlex_nb.core.errors import UserError

PathLike: TypeAlias = "str | os.PathLike[str]"
Paths: TypeAlias = "PathLike | Iterable[PathLike]"
"""One path or several."""

Images: TypeAlias = "int | PathLike | Iterable[int | PathLike]"
"""One image or several: rows of the index, or patterns of their paths."""

Image: TypeAlias = "int | PathLike"
"""One image: its row in the index, or its path."""

Objects: TypeAlias = "tuple[Image, int] | Iterable[tuple[Image, int]]"
"""One object or several: each the row or the path of its image, and its number there."""


def image_list(images: Images) -> list[int | str]:
    """One image or several as a list of rows and of patterns.

    Raises:
        UserError: Something is neither a whole number nor a text or path.
    """
    if isinstance(images, (str, os.PathLike)) or not isinstance(images, Iterable):
        return [row_or_path(images)]
    return [row_or_path(image) for image in images]


def object_list(objects: Objects) -> list[tuple[int | str, int]]:
    """One object or several as a list of (row or path, number).

    Raises:
        UserError: Something is no pair of a row or path and a whole number.
    """
    given: list[Any] = list(objects) if isinstance(objects, Iterable) else [objects]
    if len(given) == 2 and isinstance(given[1], Integral):
        given = [given]
    try:
        return [(row_or_path(image), whole(number)) for image, number in given]
    except (TypeError, ValueError) as error:  # it is no pair
        raise UserError("core.not_an_object", value=repr(given)[:80]) from error


def whole(value: object) -> int:
    """A whole number, also one of numpy's.

    Raises:
        UserError: It is a fraction, a truth value (as those of a mask) or no number.
    """
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    raise UserError("core.not_a_row", value=repr(value)[:80])


def one_path(path: object) -> PathLike:
    """A path; an empty text, such as a variable that was never set, is none.

    Raises:
        UserError: It is neither a text nor a path, or an empty text.
    """
    # Path("") would be the folder that one happens to be in
    if isinstance(path, os.PathLike) or (isinstance(path, str) and path.strip()):
        return path
    raise UserError("core.not_a_path", value=repr(path)[:80])


def row_or_path(image: object) -> int | str:
    """An image by its row, as a whole number, or by its path, as a text.

    Raises:
        UserError: It is neither.
    """
    if isinstance(image, (str, os.PathLike)):
        return os.fspath(image)
    return whole(image)
