"""Bringing what the wheel cannot list as requirements: ``paddlex-nb setup``."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from importlib.util import find_spec

import msgspec
from packaging.specifiers import SpecifierSet

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.hosts.installed import importable, providers, version
from paddlex_nb.hosts.pins import LIMITS, PINS, Pin

_LINES_KEPT = 20


class SetupResult(msgspec.Struct, frozen=True):
    """The result of ``setup``: packages that were installed and kept.

    Attributes:
        installed: Requirements that were installed (with ``dry_run``: would be).
        kept: Packages that were there already, each with its version where it is known.
    """

    installed: list[str]
    kept: list[str]


def run_setup(report: Callable[[Message], None], dry_run: bool = False) -> SetupResult:
    """Install what is missing into this interpreter's environment; touch nothing that fits.

    Uses pip with the user's own settings (mirror, proxy, target), or uv where pip is absent.

    Args:
        report: Called with each step and each line that the installer prints.
        dry_run: Only say what would be installed.

    Raises:
        UserError: There is no installer, or it failed; ``values["details"]`` of its message
            holds the installer's last lines.
    """
    missing = [pin for pin in PINS if not fits(pin)]
    kept = [_kept_pin(pin) for pin in PINS if pin not in missing]
    result = SetupResult(installed=[str(pin) for pin in missing], kept=kept)
    for name in kept:
        report(Message("hosts.setup_kept", {"name": name}))
    if missing and not dry_run:
        tool = _installer()
        if with_needs := [str(pin) for pin in missing if not pin.alone]:
            _install(tool, with_needs, LIMITS, report)
        if alone := [str(pin) for pin in missing if pin.alone]:
            _install(tool, alone, ["--no-deps"], report)
    return result


def fits(pin: Pin) -> bool:
    """Whether the environment already holds what ``pin`` is to bring."""
    if pin.any_provider:
        return (
            version(pin.name) is not None or importable(pin.module) or bool(providers(pin.module))
        )
    installed = version(pin.name)
    accepted = SpecifierSet(pin.accepted or pin.requirement)
    return installed is not None and accepted.contains(installed, prereleases=True)


def _kept_pin(pin: Pin) -> str:
    names = [pin.name] if version(pin.name) else providers(pin.module)
    return ", ".join(f"{name} {version(name)}" for name in names) or pin.module


def _installer() -> list[str]:
    if find_spec("pip"):
        return [sys.executable, "-m", "pip", "install"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", sys.executable]
    raise UserError("hosts.no_installer", python=sys.executable)


def _install(
    tool: Sequence[str],
    requirements: Sequence[str],
    options: Sequence[str],
    report: Callable[[Message], None],
) -> None:
    packages = ", ".join(requirements)
    report(Message("hosts.setup_installs", {"packages": [*requirements]}))
    # no question can be answered here, and a bar redrawn with \r is no line
    quiet = {"PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    last: deque[str] = deque(maxlen=_LINES_KEPT)
    with subprocess.Popen(
        [*tool, *requirements, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **quiet},
    ) as process:
        for line in process.stdout or ():
            text = line.strip()
            if text and not text.startswith("Requirement already satisfied"):
                last.append(text)
                report(Message("hosts.installer_says", {"line": text}))
    importlib.invalidate_caches()
    if process.returncode:
        errors = [line for line in last if line.lower().startswith("error")]
        reason = (errors or list(last) or [str(process.returncode)])[-1]
        details = "\n".join(last)
        raise UserError("hosts.setup_failed", packages=packages, reason=reason, details=details)
