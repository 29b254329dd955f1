"""What importing costs, in new processes: ``import paddlex_nb`` beside ``import ipywidgets``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

REPEATS = 7


def seconds(statement: str) -> float:
    """Median wall time of a new interpreter that runs ``statement``."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    for statement in (
        "pass",
        "import ipywidgets",
        "import paddlex_nb",
        "from paddlex_nb import Wizard",
    ):
        print(f"{seconds(statement):6.3f} s  {statement}")  # noqa: T201
