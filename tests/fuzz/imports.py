"""Mutated data sets, read again and again: `bash .dev/run fuzz`.

Every fixture, reported input and peer's data set is copied into memory. One label file at a time
is damaged at random (bytes, numbers, lines, cuts, repeated or exchanged parts) and the whole is
detected and read as an import does, up to the pixels of the photos. What ends otherwise than with
findings or one `UserError`, takes more than ten seconds of the processor or more than 1 GB is a
failure: it is printed with the seed that brings it back (`--seed N --mutations 1`), and the exit
status is 1.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from places import SHARED_DATA

SECONDS = 10
"""Of the processor; by the clock twenty times as many, if the machine does other things."""
MEMORY = 1 << 30
"""Bytes beyond what the process takes before the first mutation."""

_LABELS = {".json", ".jsonl", ".xml", ".csv", ".tsv", ".txt", ".yaml", ".yml", ".names", ".data"}
_LARGEST = 300_000
"""Bytes of a label file that is damaged, and of what else is copied: the rest is left out."""

_MOST_FILES = 300
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_STRANGE = (
    *(b"nan", b"-1", b"0", b"1e999", b"9" * 400, b"1.0", b"-0.0", b"2147483648", b"1e-320"),
    *(b'""', b"null", b"[]", b"{}", b"true", b'"\\ud800"', b"\xff\xfe", b"../../etc/passwd"),
    *(b"\x00", b"a/b", b"C:\\x.jpg", "猫".encode("gbk"), b"<!DOCTYPE x>", b"&a;", b"*a", b","),
)


def number(data: bytes, dice: random.Random) -> bytes:
    """Another value in place of a number."""
    numbers = list(_NUMBER.finditer(data))
    if not numbers:
        return data
    one = dice.choice(numbers)
    return data[: one.start()] + dice.choice(_STRANGE) + data[one.end() :]


def insert(data: bytes, dice: random.Random) -> bytes:
    """Something strange somewhere."""
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(_STRANGE) + data[at:]


def flip(data: bytes, dice: random.Random) -> bytes:
    """Another byte."""
    if not data:
        return data
    at = dice.randrange(len(data))
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def cut(data: bytes, dice: random.Random) -> bytes:
    """The end is missing."""
    return data[: dice.randrange(len(data) + 1)]


def drop(data: bytes, dice: random.Random) -> bytes:
    """A part is missing."""
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.randrange(1, 60) :]


def repeat(data: bytes, dice: random.Random) -> bytes:
    """A part stands there several times."""
    start = dice.randrange(len(data) + 1)
    part = data[start : start + dice.randrange(1, 200)]
    return data[:start] + part * dice.choice((2, 3, 50)) + data[start:]


def swap(data: bytes, dice: random.Random) -> bytes:
    """Two lines change places."""
    lines = data.split(b"\n")
    if len(lines) < 2:
        return data
    a, b = dice.sample(range(len(lines)), 2)
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


DAMAGES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    *(number, number, number, insert, flip, cut, drop, repeat, swap),
)


def sources(data: Path) -> Iterator[Path]:
    """The folders that are mutated."""
    for group in ("formats", "reported", "peers/datumaro", "broken"):
        for folder in sorted((data / group).glob("*")):
            inside = folder / "input" if (folder / "input").is_dir() else folder
            if inside.is_dir():
                yield inside


def copied(source: Path, to: Path) -> list[Path]:
    """Copy the small files of a folder; gives the label files."""
    files = [f for f in sorted(source.rglob("*")) if f.is_file() and not f.is_symlink()]
    labels = []
    for file in files[:_MOST_FILES]:
        if file.stat().st_size > _LARGEST or file.name == "README.md":
            continue
        target = to / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        if target.suffix.lower() in _LABELS:
            labels.append(target)
    return labels


class TookTooLong(BaseException):
    """A mutation took more than `SECONDS`; no handler of ours may take it for an error."""


def _alarm(*_: object) -> None:
    raise TookTooLong


def read(folder: Path, own: Path, *, limited: bool = True) -> str:
    """Read a folder as an import does; how that ended."""
    from paddlex_nb.core.errors import UserError
    from paddlex_nb.data.importing.pipeline import examine
    from paddlex_nb.data.source.report import Report

    if limited:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.alarm(20 * SECONDS)
    try:
        examine(folder, None, None, own, Report(lambda _: None))
    except UserError as error:
        return error.code
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        shutil.rmtree(own, ignore_errors=True)
    return "read"


def mutate(sets: Sequence[tuple[Path, list[Path]]], seed: int, own: Path) -> str:
    """Damage a file, read its set, and put the file back."""
    dice = random.Random(seed)
    folder, labels = dice.choice(sets)
    file = dice.choice(labels)
    sound = data = file.read_bytes()
    for _ in range(dice.choice((1, 1, 2, 5))):
        data = dice.choice(DAMAGES)(data, dice)
    file.write_bytes(data)
    try:
        return read(folder, own)
    finally:
        file.write_bytes(sound)


def main() -> int:
    """Run; the exit status."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--mutations", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=0, help="of the first mutation")
    given = arguments.parse_args()
    if not SHARED_DATA.is_dir():
        print(f"no data sets in {SHARED_DATA}: nothing to mutate", file=sys.stderr)
        return 2
    faulthandler.enable()
    for number_ in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number_, _alarm)
    in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    failures, ends = 0, Counter[str]()
    with tempfile.TemporaryDirectory(dir=in_memory) as scratch:
        sets = []
        for count, source in enumerate(sources(SHARED_DATA)):
            folder = Path(scratch, f"{count:03}-{source.parent.name}-{source.name}")
            folder.mkdir()
            if labels := copied(source, folder):
                sets.append((folder, labels))
        own = Path(scratch, "own")
        for folder, _ in sets:
            read(folder, own, limited=False)
        own_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        start = time.monotonic()
        for seed in range(given.seed, given.seed + given.mutations):
            before = time.process_time()
            try:
                ends[mutate(sets, seed, own)] += 1
            except (Exception, TookTooLong) as error:
                failures += 1
                what = "more than 10 s" if isinstance(error, TookTooLong) else repr(error)
                print(f"seed {seed}: {what}", flush=True)
                traceback.print_exc()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            if peak > own_memory + MEMORY:
                failures += 1
                print(f"seed {seed}: {peak - own_memory:,} bytes more than at first", flush=True)
                own_memory = peak
            if (took := time.process_time() - before) > SECONDS / 2:
                print(f"seed {seed}: {took:.1f} s", flush=True)
            done = seed - given.seed + 1
            if done % 5000 == 0:
                print(f"{done:,} in {time.monotonic() - start:,.0f} s", flush=True)
    print(f"{given.mutations:,} mutations of {len(sets)} data sets: {failures} failures")
    print(", ".join(f"{name} {count:,}" for name, count in ends.most_common(12)))
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
