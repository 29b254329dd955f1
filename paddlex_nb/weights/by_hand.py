"""Published weights that were brought by hand, to a machine without network."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.catalogue.models import model as find_model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import open_whole
from paddlex_nb.jobs.reporter import Reporter
from paddlex_nb.runs.checkpoint import Arrays
from paddlex_nb.weights.cache import check_digest, copied, keep, locked
from paddlex_nb.weights.pickles import read_pdparams
from paddlex_nb.weights.published import Published

_MOST = 2
"""A file with more than so many times the model's numbers, or fewer than that part of them, is of
another model. What is published was trained on other classes, so the numbers differ a little."""

_COUNTED_ELSEWHERE = ("_mean", "_variance", "running_var")
"""Endings of what normalisation keeps: tensors that no catalogue counts as parameters."""


def add_by_hand(reporter: Reporter, weights: Published, file: Path) -> Path:
    """Take a file into the cache as published weights, so that trainings find it.

    It is read without executing anything, checked against the checksum that is known, and its
    own is pinned if none is. Whether every layer fits is known only where Paddle builds the model:
    a training checks it.

    Args:
        reporter: Told if another process writes the file.
        weights: What the file is.
        file: The file; it is copied.

    Returns:
        The file in the cache.

    Raises:
        Stopped: The user asked for it.
        UserError: It cannot be read, wants something executed, is another file than the one that is
            known, belongs to another model, or the disk is full.
    """
    file = file.expanduser().absolute()
    if not file.is_file():
        raise UserError("core.file_missing", path=file)
    _check_size(weights, read_pdparams(file), file)
    with locked(reporter, weights.file):
        with open_whole(weights.file) as out, file.open("rb") as data:
            digest = copied(data, out)  # of what is kept, whatever happens to the original
            check_digest(weights, digest, file)
        keep(weights, digest)
    return weights.file


def _check_size(weights: Published, arrays: Arrays, file: Path) -> None:
    has = sum(
        array.size
        for name, array in arrays.items()
        if array.dtype.kind == "f" and not name.endswith(_COUNTED_ELSEWHERE)
    )
    wanted = find_model(weights.model).parameters
    if wanted and not wanted / _MOST <= has <= wanted * _MOST:
        told = {"has": f"{has:,}", "wanted": f"{wanted:,}", "model": weights.model}
        raise UserError("weights.other_model", file=file, **told)
