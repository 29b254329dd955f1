"""A run's parameters, read in their types."""

from __future__ import annotations

from collections.abc import Mapping

from paddlex_nb.params.catalogue import param
from paddlex_nb.params.spec import Value


class Values:
    """The values of a run; one that the run's record does not name has its default.

    Args:
        values: By name.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def _get(self, name: str) -> Value:
        return self._values[name] if name in self._values else param(name).default

    def integer(self, name: str) -> int:
        """A whole number."""
        value = self._get(name)
        if not isinstance(value, int):
            raise TypeError(f"{name} is {value!r}, not a whole number")
        return value

    def number(self, name: str) -> float:
        """A number."""
        value = self._get(name)
        if not isinstance(value, (int, float)):
            raise TypeError(f"{name} is {value!r}, not a number")
        return float(value)

    def flag(self, name: str) -> bool:
        """A switch."""
        return self._get(name) is True

    def text(self, name: str) -> str:
        """A choice."""
        return str(self._get(name))

    def integers(self, name: str) -> list[int]:
        """A list of whole numbers."""
        value = self._get(name)
        return list(value) if isinstance(value, list) else []

    def optional_integer(self, name: str) -> int | None:
        """A whole number, or None for off or automatic."""
        return None if self._get(name) is None else self.integer(name)

    def optional_number(self, name: str) -> float | None:
        """A number, or None for off."""
        return None if self._get(name) is None else self.number(name)
