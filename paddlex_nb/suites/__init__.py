"""The suites behind one interface: `base` says what it is, the other modules are the adapters."""

from __future__ import annotations

from importlib import import_module

from paddlex_nb.suites.base import Adapter, RunSetup

_ADAPTERS = {"clas": "paddlex_nb.suites.clas", "fake": "paddlex_nb.suites.fake"}
"""The module of each suite; its class is called ``SuiteAdapter``."""


def adapter_for(setup: RunSetup) -> Adapter:
    """The adapter of a run; imports its suite, and Paddle with it.

    Raises:
        UserError: The suite is not installed, or the data set cannot be used.
    """
    module = import_module(_ADAPTERS[setup.entry.suite])
    adapter: Adapter = module.SuiteAdapter(setup)
    return adapter
