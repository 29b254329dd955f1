"""Checks: each image by itself, then the whole; and the file of their findings."""

from __future__ import annotations

from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.severity import Severity
from paddlex_nb.data.store.records import Finding
from paddlex_nb.layout.dataset import DatasetFolder

_decoder = msgspec.json.Decoder(Finding)
_encoder = msgspec.json.Encoder()


class FindingsFile:
    """Writes findings as they are made, one flushed line each.

    Args:
        folder: The data set's folder; findings of an earlier import are dropped.
        behind: They are kept, and others are written behind them.
    """

    def __init__(self, folder: Path, *, behind: bool = False) -> None:
        self._path = DatasetFolder(folder).findings
        with disk_errors(self._path):
            self._file = self._path.open("ab" if behind else "wb")

    def write(self, finding: Finding) -> None:
        """Append a finding.

        Raises:
            UserError: The disk is full or refuses.
        """
        with disk_errors(self._path):
            self._file.write(_encoder.encode(finding) + b"\n")

    def close(self) -> None:
        """Close the file.

        Raises:
            UserError: The disk is full or refuses.
        """
        with disk_errors(self._path):
            self._file.close()


def read_findings(
    folder: Path,
    severity: Severity | None = None,
    code: str | None = None,
    limit: int | None = None,
) -> list[Finding]:
    """Findings of a data set, in the order in which they were made.

    Args:
        folder: The data set's folder.
        severity: Only those of this severity.
        code: Only those of this code.
        limit: So many at most.

    Raises:
        UserError: There is something else in the place of their file.
    """
    findings: list[Finding] = []
    try:
        file = DatasetFolder(folder).findings.open("rb")
    except FileNotFoundError:
        return findings
    except OSError as error:
        path, reason = DatasetFolder(folder).findings, error.strerror or ""
        raise UserError("core.file_unreadable", path=path, reason=reason) from error
    with file:
        for line in file:
            if limit is not None and len(findings) >= limit:
                break
            if not line.endswith(b"\n"):  # still being written, or torn by a kill
                break
            finding = _decoded(line)
            if finding is None:
                continue
            if severity in {None, finding.severity} and code in {None, finding.code}:
                findings.append(finding)
    return findings


def _decoded(line: bytes) -> Finding | None:
    """The finding of a line; None if the line is damaged, which must not cost all the others."""
    try:
        finding: Finding = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return finding
