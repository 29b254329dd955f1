"""The learning rates equal those of paddle.optimizer.lr, but for a warm-up that begins above 0."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
from paddle.optimizer import lr

from paddlex_nb.params.values import as_config
from paddlex_nb.training.schedule import Schedule

STEPS, WARMUP, BASE = 60, 7, 0.1
REST = STEPS - WARMUP


def reference(policy: str) -> lr.LRScheduler:
    inner: Any = {
        "cosine": lambda: lr.CosineAnnealingDecay(BASE, REST),
        "piecewise": lambda: lr.PiecewiseDecay(
            [20 - WARMUP, 40 - WARMUP], [BASE, BASE * 0.3, BASE * 0.09]
        ),
        "linear": lambda: lr.PolynomialDecay(BASE, REST, end_lr=0, power=1),
        "polynomial": lambda: lr.PolynomialDecay(BASE, REST, end_lr=0, power=0.9),
        "constant": lambda: BASE,
    }[policy]
    return lr.LinearWarmup(inner(), WARMUP, 0, BASE)


@pytest.mark.parametrize("policy", ["cosine", "piecewise", "linear", "polynomial", "constant"])
def test_equals_paddles(policy: str) -> None:
    paddle.device.set_device("cpu")
    config = as_config(
        {
            "learning_rate": BASE,
            "lr_policy": policy,
            "epochs": 6,
            "warmup_steps": WARMUP,
            "decay_epochs": [2, 4],
            "gamma": 0.3,
            "power": 0.9,
        }
    )
    schedule, theirs = Schedule.from_config(config, steps_per_epoch=10), reference(policy)
    assert schedule.steps == STEPS
    paddles = []
    for _ in range(STEPS):
        paddles.append(theirs())
        theirs.step()
    assert paddles[0] == 0  # a step for nothing: our warm-up is one step ahead
    expected = [*paddles[1 : WARMUP + 1], *paddles[WARMUP:]]
    for step in range(STEPS):
        assert schedule.rate(step) == pytest.approx(expected[step], rel=1e-6, abs=1e-9), step
    assert schedule.rate(0) > 0


def test_more_epochs_stretch_the_curve() -> None:
    config = as_config(
        {"learning_rate": 1.0, "lr_policy": "linear", "epochs": 2, "warmup_steps": 0}
    )
    assert Schedule.from_config(config, 10, epochs=4).rate(20) == pytest.approx(0.5)
