"""A program of Paddle 3 with the interface of one of Paddle 2, as far as VisualDL asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_PARAMETER = "builtin.parameter"
_GATHERED = "builtin.combine"
"""What makes one list of several values for the operator that takes it: no step of its own."""

_HIDDEN = frozenset({"op_callstack", "stop_gradient", "persistable", "is_parameter"})
"""Attributes that say nothing of the model."""

_SCOPE = "op_namescope"


class Variable:
    """A value of the program.

    Args:
        name: Its name.
        value: What Paddle has.
        parameter: Whether it is a parameter of the model.
    """

    def __init__(self, name: str, value: Any, *, parameter: bool) -> None:
        self._name, self._parameter = name, parameter
        dense = value.is_dense_tensor_type()
        self._shape = [int(side) for side in value.shape] if dense else []
        self._dtype = str(value.dtype).rpartition(".")[2].lower() if dense else ""

    def name(self) -> str:
        """Its name."""
        return self._name

    def shape(self) -> list[int]:
        """Its sides; -1 where it may be any."""
        return self._shape

    def dtype(self) -> str:
        """The type of its numbers."""
        return self._dtype

    def type(self) -> str:
        """What kind of value it is."""
        return "parameter" if self._parameter else "tensor"

    def persistable(self) -> bool:
        """Whether it is kept with the model."""
        return self._parameter

    def attr_names(self) -> list[str]:
        """Nothing more is told."""
        return []


class Operator:
    """An operator of the program.

    Args:
        op: What Paddle has.
        scope: The layers that it is in, such as ``/ResNet[model]/Conv2D[conv1]/``.
        inputs: Names of the values that it takes, by the name of the input.
        outputs: Names of those that it gives.
    """

    def __init__(
        self, op: Any, scope: str, inputs: dict[str, list[str]], outputs: dict[str, list[str]]
    ) -> None:
        self._type: str = op.name().rpartition(".")[2]
        self._inputs, self._outputs = inputs, outputs
        told = {name: value for name, value in op.attrs().items() if name not in _HIDDEN}
        self._attrs = {name: _plain(value) for name, value in told.items()} | {_SCOPE: scope}

    def type(self) -> str:
        """What it does."""
        return self._type

    def inputs(self) -> dict[str, list[str]]:
        """See the argument."""
        return self._inputs

    def outputs(self) -> dict[str, list[str]]:
        """See the argument."""
        return self._outputs

    def attr_names(self) -> list[str]:
        """Names of its attributes."""
        return [name for name in self._attrs if name != _SCOPE]

    def attr(self, name: str) -> Any:
        """An attribute."""
        return self._attrs[name]

    def attr_type(self, name: str) -> str:
        """The type of an attribute, after a dot."""
        return f".{type(self._attrs[name]).__name__.upper()}"


class Program:
    """What `watch` and `take` have found: values, and operators in their layers."""

    def __init__(self) -> None:
        self._scopes: list[str] = []
        self._variables: list[Variable] = []
        self._operators: list[Operator] = []
        self._open: list[str] = []

    def watch(self, model: Any, name: str = "model") -> None:
        """Note which operators each layer makes while the model is traced."""
        label = f"{type(model).__name__}[{name}]"

        def enter(*_: Any) -> None:
            self._note()
            self._open.append(label)

        def leave(*_: Any) -> None:
            self._note()
            self._open.pop()

        model.register_forward_pre_hook(enter)
        for child, layer in model.named_children():
            self.watch(layer, child)
        model.register_forward_post_hook(leave)

    def _note(self) -> None:
        """What has come since the last time belongs to the layers that are open."""
        import paddle

        program: Any = paddle.static.default_main_program()
        block = program.global_block()
        count = sum(op.name() != _PARAMETER for op in block.ops)
        scope = "".join(f"/{label}" for label in self._open) + "/"
        self._scopes += [scope] * (count - len(self._scopes))

    def take(self, program: Any) -> None:
        """Take in a traced program."""
        names: dict[str, list[str]] = {}
        scopes = iter(self._scopes)
        for number, op in enumerate(program.global_block().ops):
            parameter = op.name() == _PARAMETER
            scope = "/" if parameter else next(scopes, "/")
            taken = [_names_of(value, names) for value in op.operands_source()]
            if op.name() == _GATHERED:
                names[op.results()[0].id] = [name for one in taken for name in one]
                continue
            given = []
            for place, value in enumerate(op.results()):
                name = (
                    op.attrs()["parameter_name"] if parameter else f"{_short(op)}_{number}.{place}"
                )
                names[value.id] = [name]
                given.append([name])
                self._variables.append(Variable(name, value, parameter=parameter))
            if not parameter:
                inputs = _named(op, op.get_input_names, taken)
                outputs = _named(op, op.get_output_names, given)
                self._operators.append(Operator(op, scope, inputs, outputs))

    def num_blocks(self) -> int:
        """One: what loops and branches hold is not shown."""
        return 1

    def block(self, _: int) -> Program:
        """The one block."""
        return self

    def all_vars(self) -> Iterable[Variable]:
        """All values."""
        return self._variables

    def op_size(self) -> int:
        """How many operators there are."""
        return len(self._operators)

    def op(self, number: int) -> Operator:
        """An operator."""
        return self._operators[number]


def _names_of(value: Any, names: dict[str, list[str]]) -> list[str]:
    """What a value is called; an optional input that is not given has no value."""
    return names.get(value.id, []) if value.initialized() else []


def _short(op: Any) -> str:
    return str(op.name().rpartition(".")[2])


def _named(op: Any, names: Any, values: list[list[str]]) -> dict[str, list[str]]:
    """Values by the names that the operator has for them."""
    # builtin ones have none, and Paddle crashes when it is asked for them
    known = [] if op.name().startswith("builtin.") else list(names())
    return {
        known[place] if place < len(known) else f"{_short(op)}{place}": value
        for place, value in enumerate(values)
        if value
    }


def _plain(value: Any) -> Any:
    """A value that JSON has; any other one as text."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)
