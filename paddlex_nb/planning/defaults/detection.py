"""Usual for object detection."""

from __future__ import annotations

from paddlex_nb.planning.defaults.base import Defaults, Seen, Sizes

DEFAULTS = Defaults(
    sizes=Sizes(gpu=640, gpu_most=1024, cpu_tuning=320, cpu_few=160, cpu=320),
    few=500,
    side="long",
    rates={"adamw": (5e-4, 2e-3), "momentum": (0.0025, 0.01), "sgd": (0.0025, 0.01)},
    rate_batch=8,
    decays={"adamw": 0.02, "momentum": 5e-4, "sgd": 5e-4},
    seen={
        (True, True): Seen(60_000, 20, 60),
        (True, False): Seen(200_000, 60, 200),
        (False, True): Seen(2_000, 4, 20),
        (False, False): Seen(1_500, 10, 60),
    },
    batch_cpu=8,
    batch_gpu=16,
    steps=4,
    reference_size=640,
    values={"random_crop": None},
)
