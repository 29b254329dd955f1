"""The graph of a run's model for VisualDL: ``python -m paddlex_nb.board.graph RUN``.

VisualDL's own ``add_graph`` reads the program format of Paddle 2, which Paddle 3 no longer makes of
most models. Here the model is traced as for an export, and its program handed to VisualDL in the
shape that it knows. A process of its own: it loads Paddle, and gives its memory back.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from paddlex_nb.board.program import Program
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.files import write_bytes
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.suites import adapter_for

if TYPE_CHECKING:
    import paddle

NO_GRAPH = 3
"""The exit status for a model that is no Paddle layer."""


def write_graph(folder: Path) -> bool:
    """Write the graph of a run's model; whether it has one.

    Args:
        folder: The run's folder.

    Raises:
        UserError: The run is damaged, the suite is not installed, or the disk refuses.
    """
    setup = RunSetup.load(folder)
    params = {**setup.record.params, "device": "cpu", "gpu": None}  # which a training may have
    record = msgspec.structs.replace(setup.record, params=params)
    adapter = adapter_for(dataclasses.replace(setup, record=record))
    build = getattr(adapter, "inference_model", None)
    if build is None:
        return False
    model, inputs = build()
    model.eval()
    write_bytes(RunFolder(folder).vdl_graph, msgspec.json.encode(graph_of(model, list(inputs))))
    return True


def graph_of(model: paddle.nn.Layer, inputs: list[Any]) -> dict[str, Any]:
    """What VisualDL draws: ``nodes``, ``vars`` and ``edges`` of the traced model.

    Args:
        model: The model.
        inputs: Its inputs, as an export has them.
    """
    import paddle
    from visualdl.component.graph.graph_component import analyse_model

    program = Program()
    program.watch(model)
    static: Any = paddle.jit.to_static(model, input_spec=inputs, full_graph=True)
    program.take(static.forward.concrete_program.main_program)
    with _understood():
        graph: dict[str, Any] = analyse_model(program)
    return graph


@contextmanager
def _understood() -> Iterator[None]:
    """Have VisualDL take a program as it is, in place of the bytes of one."""
    import paddle

    core: Any = paddle.base.core
    known = core.ProgramDesc
    core.ProgramDesc = lambda program: program
    try:
        yield
    finally:
        core.ProgramDesc = known


if __name__ == "__main__":
    sys.exit(0 if write_graph(Path(sys.argv[1])) else NO_GRAPH)
