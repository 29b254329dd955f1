"""The repairs for paddledet: what fails without them works with them, all else is as before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_CONCAT = """
import paddle
from paddlex_nb.repairs import scalar_concat
{repair}
print(paddle.concat([paddle.ones([]), paddle.zeros([])]).tolist())
print(paddle.concat([paddle.ones([1, 2]), paddle.zeros([1, 2])], axis=1).tolist())
"""

_NMS = """
import paddle
from ppdet.modeling.layers import MultiClassNMS
from paddlex_nb.repairs import static_nms
usual = MultiClassNMS(score_threshold=0.1, nms_threshold=0.5, keep_top_k=5)
class Net(paddle.nn.Layer):
    def forward(self, boxes, scores):
        return MultiClassNMS(score_threshold=0.1, nms_threshold=0.5, keep_top_k=5)(boxes, scores)[0]
boxes = paddle.to_tensor([[[0.0, 0, 9, 9], [0, 0, 9, 8], [20, 20, 30, 30]]])
scores = paddle.to_tensor([[[0.9, 0.8, 0.7]]])
known = usual(boxes, scores)[0]
{repair}
assert (usual(boxes, scores)[0] == known).all()
spec = [paddle.static.InputSpec(list(t.shape), "float32") for t in (boxes, scores)]
paddle.jit.save(paddle.jit.to_static(Net(), spec, full_graph=True), r"{folder}/net")
kept = paddle.jit.load(r"{folder}/net")(boxes, scores)
print(bool((kept == known).all()), len(kept))
"""

_ATTENTION = """
import paddle
from ppdet.modeling.transformers.deformable_transformer import MSDeformableAttention
from paddlex_nb.repairs.deformable_attention import deformable_attention
{repair}
attend = MSDeformableAttention(embed_dim=8, num_heads=2, num_levels=1, num_points=2)
shapes, value = paddle.to_tensor([[4, 4]]), paddle.rand([1, 16, 8])
points = paddle.full([1, 16, 1, 2], 0.5)
print(attend(value, points, value, shapes, paddle.to_tensor([0])).shape)
"""


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own, because a repair stays; from a file, because Paddle reads it."""
    program = folder / "program.py"
    program.write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("times", [1, 2])
def test_numbers_without_dimensions_can_be_joined(times: int, tmp_path: Path) -> None:
    done = run(_CONCAT.format(repair="scalar_concat();" * times), tmp_path)
    assert done.stdout.splitlines() == ["[1.0, 0.0]", "[[1.0, 1.0, 0.0, 0.0]]"]


def test_without_the_repair_they_cannot(tmp_path: Path) -> None:
    assert "concat" in run(_CONCAT.format(repair=""), tmp_path).stderr


@pytest.mark.parametrize("repaired", [True, False])
def test_suppression_of_doubles_can_be_saved(tmp_path: Path, repaired: bool) -> None:
    repair = "static_nms(); static_nms()" if repaired else ""
    done = run(_NMS.format(repair=repair, folder=tmp_path), tmp_path)
    if repaired:
        assert done.stdout.strip().endswith("True 2"), done.stderr
    else:
        assert "multiclass_nms3" in done.stderr


@pytest.mark.parametrize("times", [0, 1, 2])
def test_deformable_attention_divides_by_sizes(times: int, tmp_path: Path) -> None:
    done = run(_ATTENTION.format(repair="deformable_attention();" * times), tmp_path)
    if times:
        assert done.stdout.splitlines()[-1] == "[1, 16, 8]", done.stderr
    else:
        assert "Type promotion" in done.stderr
