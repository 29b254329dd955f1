"""Modules that somebody imports and that we hardly ever use: not loaded before they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from operator import attrgetter
from types import ModuleType
from typing import Any

_CALLED = "()"


class _Unused(ModuleType):
    """A module whose names can be imported; they are loaded when they are called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Later(self.__name__, name)


class _Later:
    """What a module that is not loaded has under a name: itself once it is called.

    Args:
        module: Full name of the module.
        path: The name, or several with dots between them.
    """

    def __init__(self, module: str, path: str) -> None:
        self._module, self._path = module, path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Later(self._module, f"{self._path}.{name}")

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if isinstance(sys.modules.get(self._module), _Unused):  # while others are still loaded
            return _Later(self._module, self._path + _CALLED)
        if _CALLED in self._path:
            place = f"{self._module}.{self._path}"
            raise ImportError(f"{place} was left out because nothing was thought to use it")
        return attrgetter(self._path)(import_module(self._module))(*arguments, **named)


class _Finder(MetaPathFinder, Loader):
    """Gives empty modules for some packages and all that is in them.

    Args:
        names: Full names of the packages.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What is to be made of a name; None for what is none of ours."""
        del path, target
        if any(f"{fullname}.".startswith(f"{name}.") for name in self._names):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        return _Unused(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """It stays empty."""


@contextmanager
def unused(*names: str) -> Iterator[None]:
    """Let imports of some packages give empty ones; afterwards they are found as ever.

    One that is loaded already stays what it is. A function that was imported from an empty one
    loads the real one when it is called; a class cannot be derived from.

    Args:
        names: Full names, ``sklearn`` or ``scipy.optimize``; what is in them is left out too.
    """
    finder = _Finder([name for name in names if name not in sys.modules])
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name, module in [*sys.modules.items()]:
            if isinstance(module, _Unused):
                del sys.modules[name]
                above, _, last = name.rpartition(".")
                vars(sys.modules.get(above, module)).pop(last, None)
