"""Modules that somebody imports and that we never use: not loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NoReturn


class _Unused(ModuleType):
    """A module whose names can be imported, and whose functions cannot be called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        place = f"{self.__name__}.{name}"

        def absent(*_: object, **__: object) -> NoReturn:
            raise ImportError(f"{place} was left out because nothing was thought to use it")

        return absent


@contextmanager
def unused(*names: str) -> Iterator[None]:
    """Let imports of some modules give an empty one; afterwards they are found as ever.

    A module that is loaded already stays what it is.

    Args:
        names: Full names, submodules too: ``sklearn``, ``sklearn.metrics``.
    """
    absent = [name for name in names if name.partition(".")[0] not in sys.modules]
    sys.modules.update({name: _Unused(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            if isinstance(sys.modules.get(name), _Unused):
                del sys.modules[name]
