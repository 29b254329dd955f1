"""The repairs compute what Paddle computes."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import paddle
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.repairs import quick_depthwise
from paddlex_nb.runtimes import onnx as onnx_model
from paddlex_nb.runtimes.onnx import run_onnx, save_onnx


@pytest.mark.parametrize("size", [1, 2, 4, 7, 8, 9])
@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2)])
def test_quick_depthwise_equals_paddles(size: int, kernel: int, stride: int) -> None:
    net = paddle.nn.Conv2D(
        6, 6, kernel, stride=stride, padding=kernel // 2, groups=6, bias_attr=False
    )
    images = paddle.randn([3, 6, size, size])
    results = []
    for repaired in (False, True):
        if repaired:
            quick_depthwise(paddle.nn.Sequential(net))
        x = images.clone()
        x.stop_gradient = False
        y = net(x)
        (y * y).sum().backward()
        assert x.grad is not None
        assert net.weight.grad is not None
        results.append((y.numpy(), x.grad.numpy(), net.weight.grad.numpy()))
        net.clear_gradients()
    for usual, quick in zip(*results, strict=True):
        np.testing.assert_allclose(usual, quick, atol=1e-4, rtol=1e-4)


def test_evaluation_and_other_layers_are_left_alone() -> None:
    layers = [
        paddle.nn.Conv2D(4, 4, 3, padding=1, groups=2, bias_attr=False),
        paddle.nn.Conv2D(4, 4, 3, padding=1, groups=4),
        paddle.nn.Conv2D(4, 4, 3, padding=2, dilation=2, groups=4, bias_attr=False),
        paddle.nn.Conv2D(4, 8, 3, padding=1, groups=4, bias_attr=False),
        paddle.nn.Conv2D(4, 4, (3, 1), padding=(1, 0), groups=4, bias_attr=False),
    ]
    net = paddle.nn.Sequential(*layers)
    quick_depthwise(net)
    assert not any("forward" in vars(layer) for layer in layers)


def pooled(folder: Path, side: int, bins: int) -> float:
    """Largest difference of an exported adaptive pooling to Paddle's."""
    net = paddle.nn.Sequential(paddle.nn.Conv2D(3, 2, 1), paddle.nn.AdaptiveAvgPool2D(bins))
    net.eval()
    save_onnx(net, [paddle.static.InputSpec([None, 3, side, side], "float32", "x")], folder)
    images = paddle.randn([2, 3, side, side])
    (output,) = run_onnx(folder)(images.numpy())
    expected = net(images).numpy()
    assert output.shape == expected.shape
    return float(np.abs(output - expected).max())


@pytest.mark.parametrize(("side", "bins"), [(8, 4), (8, 3), (8, 6), (2, 4), (5, 1)])
def test_adaptive_pooling_is_exact_in_onnx(tmp_path: Path, side: int, bins: int) -> None:
    usual = paddle.nn.functional.adaptive_avg_pool2d
    assert pooled(tmp_path, side, bins) < 1e-5
    assert paddle.nn.functional.adaptive_avg_pool2d is usual


def test_without_the_repair_pooling_is_wrong_or_kills_the_converter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_model, "exact_adaptive_pooling", nullcontext)
    assert pooled(tmp_path, 8, 3) > 1e-3
    with pytest.raises(UserError) as error:
        pooled(tmp_path, 2, 4)
    assert error.value.code == "export.not_convertible"
