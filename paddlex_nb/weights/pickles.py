"""Reading ``.pdparams`` files without executing what they say.

``paddle.save`` writes a pickle, and a pickle can call anything. Here only what makes up arrays
is known, as stand-ins of our own: not even NumPy's reconstruction runs on what the file says.
Everything else is refused by name.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.runs.checkpoint import Arrays

_DAMAGED = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    ImportError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What unpickling raises for files that are no pickles, torn or made up."""


def read_pdparams(path: Path) -> Arrays:
    """Read the tensors of a ``.pdparams`` file, in the file's order.

    Raises:
        UserError: The file is missing or damaged, wants something executed, or holds no tensors.
    """
    try:
        with path.open("rb") as file:
            content = _Reader(file, path).load()
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except OSError as error:
        raise UserError("core.file_unreadable", path=path, reason=error.strerror or "") from error
    except _DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise UserError("core.file_damaged", path=path, reason=reason) from error
    arrays = dict(_arrays(content))
    if not arrays:
        raise UserError("training.no_tensors", path=path)
    return arrays


def _arrays(value: Any) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """The arrays of a (nested) state dictionary; optimiser state and numbers are left out."""
    if not isinstance(value, dict):
        return []
    arrays = []
    for name, item in value.items():
        if isinstance(item, tuple) and len(item) == 2:  # a parameter: (its other name, values)
            item = item[1]
        if isinstance(item, _Array) and isinstance(name, str):
            arrays.append((name, item.value()))
        elif name in {"state_dict", "model"}:
            arrays += _arrays(item)
    return arrays


class _Reader(pickle.Unpickler):
    """Knows dictionaries, tuples and plain arrays."""

    def __init__(self, file: Any, path: Path) -> None:
        super().__init__(file, encoding="latin1")  # as Python 2 wrote bytes
        self._path = path
        ndarray = object()  # only ever an argument, so it need not be able to do anything
        known: dict[tuple[str, str], Any] = {
            ("builtins", "tuple"): tuple,
            ("builtins", "dict"): dict,
            ("builtins", "bytes"): _Call(lambda: b""),  # older pickles call it for no bytes
            ("collections", "OrderedDict"): OrderedDict,
            ("_codecs", "encode"): _Call(_latin1),
            ("numpy", "ndarray"): ndarray,
            ("numpy", "dtype"): _Call(_Dtype),
        }
        for core in ("numpy.core", "numpy._core"):
            known[f"{core}.multiarray", "_reconstruct"] = _Call(lambda *_: _Array())
            known[f"{core}.multiarray", "scalar"] = _Call(_scalar)
            known[f"{core}.numeric", "_frombuffer"] = _Call(_from_buffer)
        self._known = known

    def find_class(self, module: str, name: str) -> Any:
        module = {"__builtin__": "builtins"}.get(module, module)
        if (module, name) not in self._known:
            raise UserError(
                "training.weights_execute", path=self._path, what=f"{module}.{name}"[:200]
            )
        return self._known[module, name]


class _Call:
    """Something that may be called, and nothing else: no attribute of it can be set."""

    __slots__ = ("_function",)
    _function: Callable[..., Any]

    def __init__(self, function: Callable[..., Any]) -> None:
        object.__setattr__(self, "_function", function)

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(name)


class _Dtype:
    """A plain number type: its letter and size, then the byte order by ``__setstate__``."""

    def __init__(self, code: Any, *_: Any) -> None:
        kind = np.dtype(str(code))
        if kind.kind not in "biuf":
            raise ValueError(f"tensors of type {str(code)[:20]!r}")
        self.value = kind

    def __setstate__(self, state: Any) -> None:
        order = state[1]
        if order not in ("<", ">", "|", "="):
            raise ValueError("byte order")
        self.value = self.value.newbyteorder(order)


class _Array:
    """An array in the making."""

    def __init__(self) -> None:
        self._value: np.ndarray[Any, Any] | None = None

    def __setstate__(self, state: Any) -> None:
        _, shape, kind, fortran, data = state
        if isinstance(data, str):
            data = _latin1(data)
        if not isinstance(kind, _Dtype) or not isinstance(data, (bytes, bytearray)):
            raise ValueError("an array of something else than numbers")
        # frombuffer and reshape check that the bytes are as many as the shape says
        flat = np.frombuffer(data, dtype=kind.value)
        self._value = flat.reshape(shape, order="F" if fortran else "C")

    def value(self) -> np.ndarray[Any, Any]:
        """The array, in the machine's byte order."""
        if self._value is None:
            raise ValueError("an array without values")
        return np.array(self._value, dtype=self._value.dtype.newbyteorder("="))


def _latin1(text: Any, codec: Any = "latin1") -> bytes:
    """Bytes as older pickles write them."""
    if not isinstance(text, str) or codec != "latin1":
        raise ValueError("bytes in another code than Latin-1")
    return text.encode("latin1")


def _scalar(kind: Any, data: Any) -> _Array:
    array = _Array()
    array.__setstate__((1, (), kind, False, data))
    return array


def _from_buffer(data: Any, kind: Any, shape: Any, order: Any) -> _Array:
    array = _Array()
    array.__setstate__((1, shape, kind, order == "F", bytes(data)))
    return array
