"""Training through this package beside the suite's own way with its defaults, on a CPU, in turn.

The suite's way: paddleclas' model, Paddle's data loader decoding every image in every epoch, a
plain loop, the environment as a shell has it. Ours: a training job. The same model, images, input
size and batch size; a ResNet and a network of depthwise convolutions. Images per second from the
second epoch on.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from paddlex_nb.catalogue.models import model as find_model
from paddlex_nb.hosts.processor import vendor
from paddlex_nb.jobs.events import Step
from paddlex_nb.workspace import Workspace

MODELS = {"ResNet18_vd": 3.0, "MobileNetV2_x1_0": 1.2}
"""And how many times as fast training is to be on an AMD processor."""

ROUNDS = 3
EPOCHS = 2
SIZE = 96
BATCH = 16
OURS = {"OMP_NUM_THREADS", "MKL_DEBUG_CPU_TYPE", "KMP_BLOCKTIME"}


def suites_way(name: str, files: list[tuple[str, int]]) -> float:
    """Images per second of a plain loop over paddleclas' model, in this process."""
    import cv2
    import numpy as np
    import paddle
    import paddleclas

    class Images(paddle.io.Dataset):  # type: ignore[type-arg]
        def __getitem__(self, row: int) -> tuple[Any, int]:
            path, label = files[row]
            pixels = cv2.imread(path)
            assert pixels is not None
            image = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), (SIZE, SIZE))
            scaled = (image.astype(np.float32) / 255 - 0.45) / 0.225
            return scaled.transpose(2, 0, 1), label

        def __len__(self) -> int:
            return len(files)

    classes = 1 + max(label for _, label in files)
    model = getattr(paddleclas, find_model(name).architecture)(class_num=classes)
    loader = paddle.io.DataLoader(Images(), batch_size=BATCH, shuffle=True, drop_last=True)
    steps = paddle.optimizer.Momentum(0.01, parameters=model.parameters())
    model.train()
    images, started = 0, 0.0
    for epoch in range(EPOCHS):
        if epoch == 1:
            started = time.perf_counter()
        for batch, labels in loader:
            loss = paddle.nn.functional.cross_entropy(model(batch), labels)
            loss.backward()
            steps.step()
            steps.clear_grad()
            images += BATCH if epoch else 0
    return images / (time.perf_counter() - started)


def our_way(workspace: Workspace, dataset: str, name: str) -> float:
    """Images per second of a training job."""
    run = workspace.train(
        dataset, name, input_size=SIZE, batch_size=BATCH, epochs=EPOCHS, eval_interval=EPOCHS
    )
    images, seconds, before = 0, 0.0, 0
    for event in run.training.events():
        if isinstance(event, Step):
            count = (event.step - before) * BATCH
            before = event.step
            if event.epoch > 1:
                images, seconds = images + count, seconds + count / event.rate
    return images / seconds


def peer(name: str, files: list[tuple[str, int]]) -> float:
    """`suites_way` in a process of its own, without our settings of the environment."""
    plain = {key: value for key, value in os.environ.items() if key not in OURS}
    done = subprocess.run(
        [sys.executable, __file__, "--peer", name],
        input=json.dumps(files),
        capture_output=True,
        text=True,
        check=True,
        env=plain,
    )
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        dataset = workspace.import_sample("classification")
        dataset.split(0.8, 0.1, 0.1)
        from paddlex_nb.data.store.view import DatasetView

        view = DatasetView(dataset.folder, "train")
        files = list(zip(map(str, view.paths), view.labels.tolist(), strict=True))
        print(f"processor: {vendor()}")
        print(f"{'model':20}{'suite/s':>10}{'ours/s':>10}{'ratio':>8}  wanted on AMD", flush=True)
        for name, wanted in MODELS.items():
            rounds = [
                (peer(name, files), our_way(workspace, dataset.id, name)) for _ in range(ROUNDS)
            ]
            ratio = statistics.median(mine / theirs for theirs, mine in rounds)
            theirs, mine = (statistics.median(column) for column in zip(*rounds, strict=True))
            print(f"{name:20}{theirs:10.2f}{mine:10.2f}{ratio:8.2f}  {wanted}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        print(suites_way(sys.argv[2], json.load(sys.stdin)))
    else:
        main()
