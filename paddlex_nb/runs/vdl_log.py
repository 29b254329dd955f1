"""VisualDL's log files: records that follow each other, each after its length in eight bytes.

VisualDL reads one file of a folder, the newest by name, and believes whatever length it finds: a
run that is resumed must go on in a file that holds what came before, and ends with a whole record.
"""

from __future__ import annotations

import re
import struct
import time
from array import array
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.files import open_whole

_LENGTH = struct.Struct("<Q")

_NUMBER = re.compile(r"vdlrecords\.([0-9]{1,12})\.log")

_MOST = 1 << 26
"""Bytes of a record that is believed; the largest is a picture."""

META = "meta_data_tag"
"""The tag of the record that a file begins with."""


class VdlLog:
    """The whole records of a file.

    Args:
        path: The file.

    Attributes:
        path: The file.
        tags: The tag of each record.
        steps: The step of each record.
        times: When each was written, in milliseconds since the epoch.
        places: Where each begins, and where the last one ends.
        whole: Whether nothing follows the last one.
    """

    def __init__(self, path: Path) -> None:
        from google.protobuf.message import DecodeError
        from visualdl.proto.record_pb2 import Record

        self.path = path
        self.tags: list[str] = []
        steps, times, places = array("q"), array("q"), array("q", [0])
        with path.open("rb") as file:
            size = path.stat().st_size
            while len(head := file.read(_LENGTH.size)) == _LENGTH.size:
                (length,) = _LENGTH.unpack(head)
                end = file.tell() + length
                if not 0 < length <= _MOST or end > size:
                    break
                try:
                    (value,) = Record.FromString(file.read(length)).values
                except (DecodeError, ValueError):
                    break
                self.tags.append(value.tag)
                steps.append(value.id)
                times.append(int(value.timestamp))
                places.append(end)
        self.steps, self.times = np.array(steps, np.int64), np.array(times, np.int64)
        self.places = np.array(places, np.int64)
        self.whole = int(self.places[-1]) == size


def framed(record: bytes) -> bytes:
    """A record as a file holds it."""
    return _LENGTH.pack(len(record)) + record


def log_files(folder: Path) -> list[Path]:
    """The logs in a folder, oldest first: VisualDL reads the last of them alone."""
    return sorted(folder.glob("*vdlrecords*"))


def new_log(folder: Path) -> Path:
    """A name that VisualDL prefers to those that are there."""
    known = (_NUMBER.fullmatch(path.name) for path in log_files(folder))
    number = max([int(time.time()), *(int(found[1]) + 1 for found in known if found)])
    return folder / f"vdlrecords.{number:010d}.log"


def joined_log(folder: Path, step: int) -> Path | None:
    """The log in which a training goes on from a step, made of all logs that are there.

    Of each curve what was written later counts; what lies beyond the step, and what a kill has
    torn, goes.

    Args:
        folder: The folder with the logs.
        step: The last step that counts.

    Returns:
        The one log; None if there is none.

    Raises:
        OSError: The logs cannot be read, or old ones not be deleted.
        UserError: The disk is full or refuses.
    """
    logs = [VdlLog(path) for path in log_files(folder)]
    if not logs:
        return None
    kept = _kept(logs, step)
    if len(logs) == 1 and logs[0].whole and kept.all():
        return logs[0].path
    path, begin = new_log(folder), 0
    with open_whole(path) as out:
        for log in logs:
            count = len(log.tags)
            with log.path.open("rb") as file:
                for place in np.flatnonzero(kept[begin : begin + count]).tolist():
                    file.seek(int(log.places[place]))
                    out.write(file.read(int(log.places[place + 1] - log.places[place])))
            begin += count
    for log in logs:
        log.path.unlink(missing_ok=True)
    return path


def _kept(logs: list[VdlLog], step: int) -> NDArray[np.bool_]:
    """Which records of all logs count."""
    tags = np.array([tag for log in logs for tag in log.tags], dtype=object)
    steps = np.concatenate([log.steps for log in logs])
    kept = steps <= step
    for tag in set(tags):
        rows = np.flatnonzero(tags == tag)
        if tag == META:
            kept[rows] = rows == rows[0]
            continue
        # a step that comes again, or an earlier one, takes back all that lies beyond it
        later = np.minimum.accumulate(np.append(steps[rows], np.iinfo(np.int64).max)[::-1])[::-1]
        kept[rows] &= steps[rows] < later[1:]
    return kept
