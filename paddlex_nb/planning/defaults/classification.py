"""Usual for image classification."""

from __future__ import annotations

from paddlex_nb.planning.defaults.base import Defaults, Seen, Sizes

DEFAULTS = Defaults(
    sizes=Sizes(gpu=224, gpu_most=224, cpu_tuning=128, cpu_few=64, cpu=96),
    few=500,
    rates={"adamw": (1e-3, 2e-3), "momentum": (0.005, 0.02), "sgd": (0.05, 0.2)},
    rate_batch=32,
    decays={"adamw": 0.02, "momentum": 1e-4, "sgd": 1e-4},
    seen={
        (True, True): Seen(60_000, 20, 60),
        (True, False): Seen(400_000, 60, 200),
        (False, True): Seen(5_500, 4, 20),
        (False, False): Seen(2_200, 10, 60),
    },
    batch_cpu=32,
    batch_gpu=128,
    reference_size=224,
)
