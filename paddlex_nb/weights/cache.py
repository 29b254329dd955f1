"""Where downloaded weights are kept, for all workspaces of a user, and what is known of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, read_json, write_json
from paddlex_nb.hosts.environment import cache_dir
from paddlex_nb.jobs.reporter import Reporter

if TYPE_CHECKING:
    from paddlex_nb.weights.published import Published


class Receipt(msgspec.Struct):
    """The record of a file in the cache; it pins what the file is from then on.

    Attributes:
        url: Where it is published.
        sha256: Its checksum.
    """

    url: str
    sha256: str


def cached_file(url: str) -> Path:
    """The file in which what is published at an address is kept, fetched or not.

    Its name tells files of one name at two addresses apart.
    """
    digest = hashlib.sha256(url.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]", "_", Path(urlsplit(url).path).name)[-80:]
    return cache_dir() / "weights" / f"{digest}-{name}"


@contextmanager
def locked(reporter: Reporter, file: Path) -> Iterator[None]:
    """Wait until no other process writes a file of the cache, listening for stop requests.

    Raises:
        Stopped: The user asked for it.
        UserError: The disk refuses what is written meanwhile.
    """
    from filelock import FileLock, Timeout

    with disk_errors(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        lock, told = FileLock(f"{file}.lock"), False
        while not lock.is_locked:
            reporter.check_stop()
            try:
                lock.acquire(timeout=0.5)
            except Timeout:
                if not told:
                    reporter.notice("weights.waiting", file=file)
                told = True
        try:
            yield
        finally:
            lock.release()


def pinned(weights: Published) -> str:
    """The checksum that the file must have; empty if nobody has had it yet."""
    receipt = _receipt(weights)
    if weights.sha256 or not receipt.is_file():
        return weights.sha256
    return read_json(receipt, Receipt).sha256


def check_digest(weights: Published, digest: str, source: str | Path) -> None:
    """Refuse a file that is not the one that is known.

    Args:
        weights: What it is to be.
        digest: Its SHA-256.
        source: Where it comes from, for the sentence.

    Raises:
        UserError: It is another one.
    """
    expected = pinned(weights)
    if expected and digest != expected:
        key = "weights.not_published" if weights.sha256 else "weights.changed"
        told = {"model": weights.model, "name": weights.name, "receipt": _receipt(weights)}
        raise UserError(key, source=source, digest=digest, expected=expected, **told)


def keep(weights: Published, digest: str) -> None:
    """Pin the checksum of the file that was put into the cache."""
    write_json(_receipt(weights), Receipt(url=weights.url, sha256=digest))


def digest_of(file: Path, kind: str = "sha256") -> str:
    """The checksum of a file, in hexadecimal digits."""
    with file.open("rb") as data:
        return copied(data, None, kind)


def copied(data: IO[bytes], out: IO[bytes] | None, kind: str = "sha256") -> str:
    """Read to the end, write it to ``out`` if given, and give its checksum."""
    digest = hashlib.new(kind, usedforsecurity=False)
    while piece := data.read(1 << 20):
        digest.update(piece)
        if out is not None:
            out.write(piece)
    return digest.hexdigest()


def _receipt(weights: Published) -> Path:
    return weights.file.with_name(f"{weights.file.name}.json")
