"""The suites behind one interface: `base` says what it is, the other modules are the adapters."""

from __future__ import annotations

from importlib import import_module

from paddlex_nb.errors import UserError
from paddlex_nb.suites.base import Adapter, RunSetup

_ADAPTERS = {
    "clas": "paddlex_nb.suites.clas",
    "det": "paddlex_nb.suites.det",
    "fake": "paddlex_nb.suites.fake",
    "seg": "paddlex_nb.suites.seg",
}
"""The module of each suite; its class is called ``SuiteAdapter``."""


def adapter_for(setup: RunSetup) -> Adapter:
    """The adapter of a run; imports its suite, and Paddle with it.

    Raises:
        UserError: The suite or Paddle is not installed, or cannot be loaded.
    """
    try:
        module = import_module(_ADAPTERS[setup.entry.suite])
    except ImportError as error:
        raise UserError("training.suite_missing", suite=setup.entry.suite, reason=error) from error
    adapter: Adapter = module.SuiteAdapter(setup)
    return adapter
