"""The published weights of the catalogue: each is a file that may be here, or be brought here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.catalogue.models import model as find_model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import instead
from paddlex_nb.weights.cache import cached_file


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """Published weights of a model.

    Attributes:
        model: Name of the model in the catalogue.
        task: What the model is for.
        name: What they were trained on, such as ``imagenet``; what ``weights=`` takes.
        url: Where the suite publishes them.
        sha256: Their checksum, if the catalogue knows it; else empty.
        part: The part of the model that they are for, such as ``backbone``; empty for all of it.
    """

    model: str
    task: Task
    name: str
    url: str
    sha256: str = ""
    part: str = ""

    @property
    def file(self) -> Path:
        """Where a training looks for them; there or not."""
        return cached_file(self.url)

    @property
    def size(self) -> int | None:
        """Bytes of the file; None if it is not here."""
        try:
            return self.file.stat().st_size
        except OSError:
            return None

    @property
    def published_as(self) -> str:
        """The file's name where it is published."""
        return Path(urlsplit(self.url).path).name

    def fetch(self, *, progress: bool = True) -> Path:
        """Download the file now, as a training would, unless it is here.

        Args:
            progress: Whether to show how far it is.

        Returns:
            The file.

        Raises:
            KeyboardInterrupt: Ctrl-C; what has come is kept, and the next time goes on from it.
            UserError: There is no network, the server refuses, the disk is full, or what came is
                damaged or not what came the first time.
        """
        from paddlex_nb.jobs.waiting import foreground
        from paddlex_nb.weights.download import download

        with foreground(progress=progress) as reporter:
            return download(reporter, self)

    def add(self, file: str | Path) -> Path:
        """Take a file that was brought by hand, so that trainings find it.

        Args:
            file: What was downloaded from ``url`` elsewhere; it is copied.

        Returns:
            The file in the cache.

        Raises:
            UserError: It cannot be read, wants something executed, is not the file that is known,
                belongs to another model, or the disk is full.
        """
        from paddlex_nb.jobs.waiting import foreground
        from paddlex_nb.weights.by_hand import add_by_hand

        with foreground() as reporter:
            return add_by_hand(reporter, self, Path(file))


def published_of(entry: ModelEntry) -> list[Published]:
    """The published weights of a model, in the catalogue's order."""
    return [
        Published(
            model=entry.name,
            task=entry.task,
            name=w.name,
            url=w.url,
            sha256=w.sha256,
            part=w.part,
        )
        for w in entry.weights
    ]


def all_published(task: Task | str | None = None, model: str | None = None) -> Iterator[Published]:
    """Every published weight file of the catalogue.

    Args:
        task: Only those of models for this task.
        model: Only those of this model.

    Raises:
        UserError: There is no such task or model.
    """
    only = None if model is None else find_model(model).name
    for entry in list_models(task):
        if only in {None, entry.name}:
            yield from published_of(entry)


def find_published(model: str, name: str | None = None, file: Path | None = None) -> Published:
    """The published weights of a model, by name.

    Args:
        model: Its name in the catalogue.
        name: Their name; by default the one whose file is called like ``file``, else the first.
        file: A file that was brought by hand. A guess that is wrong would keep it under the wrong
            name, so a model that has several needs the name of the weights or of their file.

    Raises:
        UserError: There are none; names those there are.
    """
    entry = find_model(model)
    known = {one.name: one for one in published_of(entry)}
    if not known:
        raise UserError("weights.none_published", model=entry.name)
    if name is not None:
        if name not in known:
            known_names = instead(name, [*known])
            raise UserError("weights.no_such", name=name, model=entry.name, known=known_names)
        return known[name]
    if file is None or len(known) == 1:
        return next(iter(known.values()))
    for one in known.values():
        if file.name in {one.published_as, one.file.name}:
            return one
    raise UserError("weights.which", file=file, model=entry.name, known=[*known])
