"""What the doctor says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.severity import Severity


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is missing or does not fit.

    Attributes:
        code: Stable name, such as ``paddle_missing``; texts are ``hosts.<code>`` and
            ``hosts.<code>.advice``.
        severity: An error prevents work, a warning may, an info is good to know.
        values: What fills the placeholders of the texts.
    """

    code: str
    severity: Severity
    values: Mapping[str, Any] = {}

    @property
    def message(self) -> Message:
        """A sentence that says what is wrong."""
        return Message(f"hosts.{self.code}", dict(self.values))

    @property
    def advice(self) -> Message:
        """A sentence that says what to do about it."""
        return Message(f"hosts.{self.code}.advice", dict(self.values))


class PaddleFacts(msgspec.Struct, frozen=True):
    """Paddle as a job would find it; None where it is not known.

    Attributes:
        version: Installed version.
        device: What it computes on by default, such as ``cpu`` or ``gpu:0``.
        cuda: CUDA version it was built for; None for a CPU build.
    """

    version: str | None = None
    device: str | None = None
    cuda: str | None = None


class SuiteFacts(msgspec.Struct, frozen=True):
    """The state of one of the three suites.

    Attributes:
        name: Distribution name.
        version: Installed version, or None.
        ok: It is the version that fits, and its import works.
    """

    name: str
    version: str | None
    ok: bool


class Report(msgspec.Struct, frozen=True):
    """The doctor's findings.

    Attributes:
        ok: Nothing prevents work: no problem is an error.
        python: Version of this interpreter.
        paddle: Paddle's facts.
        suites: The three suites.
        problems: The worst first.
    """

    ok: bool
    python: str
    paddle: PaddleFacts
    suites: list[SuiteFacts]
    problems: list[Problem]
