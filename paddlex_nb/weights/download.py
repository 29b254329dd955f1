"""Published weights: fetched once, checked, kept for all workspaces."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import requests
from filelock import FileLock, Timeout

from paddlex_nb.catalogue.entry import Weights
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, read_json, write_json
from paddlex_nb.hosts.environment import cache_dir
from paddlex_nb.jobs.context import JobContext

_TIMEOUT = (10, 30)
"""Seconds to connect, and between two pieces."""

_PIECE = 1 << 18
_LIMIT = 8 << 30
"""Bytes that no published weights reach."""


class Receipt(msgspec.Struct):
    """The record of a downloaded file.

    Attributes:
        url: Where it came from.
        sha256: Its checksum.
    """

    url: str
    sha256: str


def download(context: JobContext, weights: Weights) -> Path:
    """The file of published weights, from the cache or fetched now.

    An interrupted download goes on where it ended. The file is checked against the catalogue's
    checksum, else against the MD5 that the server gives; later uses are checked against the
    checksum that it had.

    Raises:
        Stopped: The user asked for it; what has come is kept for the next time.
        UserError: There is no network, the server refuses, or what came is damaged.
    """
    folder = cache_dir() / "weights"
    file = folder / cached_name(weights.url)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(context, file):
            if not _is_whole(file, weights):
                _fetch(context, weights, file)
    return file


@contextmanager
def _locked(context: JobContext, file: Path) -> Iterator[None]:
    """Wait until no other job fetches the file, listening for stop requests meanwhile."""
    lock = FileLock(f"{file}.lock")
    while not lock.is_locked:
        context.check_stop()
        with suppress(Timeout):
            lock.acquire(timeout=0.5)
    try:
        yield
    finally:
        lock.release()


def cached_name(url: str) -> str:
    """Name of the file in the cache; tells files of one name at two addresses apart."""
    digest = hashlib.sha256(url.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]", "_", Path(urlsplit(url).path).name)[-80:]
    return f"{digest}-{name}"


def _is_whole(file: Path, weights: Weights) -> bool:
    receipt = file.with_name(f"{file.name}.json")
    if not file.is_file():
        return False
    if not receipt.is_file():  # put there by hand
        return not weights.sha256 or _digest(file) == weights.sha256
    return _digest(file) == read_json(receipt, Receipt).sha256


def _fetch(context: JobContext, weights: Weights, file: Path) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        expected = _receive(context, weights.url, part)
    except requests.RequestException as error:
        raise UserError(
            "training.download_failed", url=weights.url, reason=_reason(error), file=file
        ) from error
    digest = _digest(part)
    wrong_md5 = expected and _digest(part, "md5") != expected
    if wrong_md5 or (weights.sha256 and digest != weights.sha256):
        part.unlink()
        raise UserError("training.download_damaged", url=weights.url, file=file)
    part.replace(file)
    write_json(file.with_name(f"{file.name}.json"), Receipt(url=weights.url, sha256=digest))


def _receive(context: JobContext, url: str, part: Path) -> str:
    """Append what is missing to ``part``; the MD5 that the server gives for the whole, or ''."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()  # longer than the file itself: of another version
            return _receive(context, url, part)
        answer.raise_for_status()
        if answer.status_code != requests.codes.partial_content:
            have = 0
        length = int(answer.headers.get("Content-Length", 0))
        total = have + length if length else None
        with part.open("ab" if have else "wb") as out:
            for piece in answer.iter_content(_PIECE):
                out.write(piece)
                have += len(piece)
                if have > (total or _LIMIT):
                    raise requests.RequestException("more bytes than announced")
                context.progress("download", have, total, "bytes")
        if total is not None and have < total:
            raise requests.ConnectionError("the connection ended early")
        tag = answer.headers.get("ETag", "").strip('"').lower()
        return tag if re.fullmatch(r"[0-9a-f]{32}", tag) else ""


def _digest(file: Path, kind: str = "sha256") -> str:
    with file.open("rb") as data:
        digest = hashlib.new(kind, usedforsecurity=False)
        while piece := data.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"HTTP {error.response.status_code}"
    return type(error).__name__
