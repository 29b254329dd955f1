"""Published weights: fetched once, checked, kept for all workspaces."""

from __future__ import annotations

import re
from pathlib import Path

import requests

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.reporter import Reporter
from paddlex_nb.weights.cache import check_digest, digest_of, keep, locked, pinned
from paddlex_nb.weights.published import Published

_TIMEOUT = (10, 30)
"""Seconds to connect, and between two pieces."""

_PIECE = 1 << 18
_LIMIT = 8 << 30
"""Bytes that no published weights reach."""


def download(reporter: Reporter, weights: Published) -> Path:
    """The file of published weights, from the cache or fetched now.

    An interrupted download goes on where it ended. The file is checked against the checksum of
    the catalogue or of the first download, else against the MD5 that the server gives.

    Raises:
        Stopped: The user asked for it; what has come is kept for the next time.
        UserError: There is no network, the server refuses, the disk is full, or what came is
            damaged or not what came the first time.
    """
    file = weights.file
    with locked(reporter, file):
        expected = pinned(weights)
        if not file.is_file() or (expected and digest_of(file) != expected):
            _fetch(reporter, weights)
    return file


def _fetch(reporter: Reporter, weights: Published) -> None:
    part = weights.file.with_name(f"{weights.file.name}.part")
    told = {"model": weights.model, "name": weights.name, "url": weights.url}
    told["published"] = weights.published_as
    try:
        md5 = _receive(reporter, weights.url, part)
    except requests.RequestException as error:
        raise UserError("weights.download_failed", reason=_reason(error), **told) from error
    try:
        digest = digest_of(part)
        wrong_md5 = md5 and digest_of(part, "md5") != md5
        if wrong_md5 or (weights.sha256 and digest != weights.sha256):
            raise UserError("weights.download_damaged", **told)
        check_digest(weights, digest, weights.url)
    except UserError:
        part.unlink()  # else the next download would go on from it
        raise
    part.replace(weights.file)
    keep(weights, digest)


def _receive(reporter: Reporter, url: str, part: Path) -> str:
    """Append what is missing to ``part``; the MD5 that the server gives for the whole, or ''."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}  # sizes and checksums are those of the file
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()  # longer than the file itself: of another version
            return _receive(reporter, url, part)
        answer.raise_for_status()
        if answer.status_code != requests.codes.partial_content:
            have = 0
        announced = answer.headers.get("Content-Length", "")
        length = int(announced) if announced.isdecimal() else 0
        total = have + length if length else None
        with part.open("ab" if have else "wb") as out:
            for piece in answer.iter_content(_PIECE):
                out.write(piece)
                have += len(piece)
                if have > min(total or _LIMIT, _LIMIT):
                    raise requests.RequestException("more bytes than announced")
                reporter.progress("download", have, total, "bytes")
        if total is not None and have < total:
            raise requests.ConnectionError("the connection ended early")
        tag = answer.headers.get("ETag", "").strip('"').lower()
        return tag if re.fullmatch(r"[0-9a-f]{32}", tag) else ""


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"HTTP {error.response.status_code}"
    return type(error).__name__
