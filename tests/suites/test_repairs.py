"""The repairs compute what Paddle computes."""

from __future__ import annotations

import numpy as np
import paddle
import pytest

from paddlex_nb.suites.repairs import quick_depthwise


@pytest.mark.parametrize("size", [1, 2, 4, 7, 8, 9])
@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2)])
def test_quick_depthwise_equals_paddles(size: int, kernel: int, stride: int) -> None:
    net = paddle.nn.Conv2D(
        6, 6, kernel, stride=stride, padding=kernel // 2, groups=6, bias_attr=False
    )
    images = paddle.randn([3, 6, size, size])
    found = []
    for repaired in (False, True):
        if repaired:
            quick_depthwise(paddle.nn.Sequential(net))
        x = images.clone()
        x.stop_gradient = False
        y = net(x)
        (y * y).sum().backward()
        assert x.grad is not None
        assert net.weight.grad is not None
        found.append((y.numpy(), x.grad.numpy(), net.weight.grad.numpy()))
        net.clear_gradients()
    for usual, quick in zip(*found, strict=True):
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
