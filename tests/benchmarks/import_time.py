"""What importing costs: ``paddlex_nb`` beside ``ipywidgets``, each in new processes, in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

REPEATS = 9
PEER = "import ipywidgets"
STATEMENTS = ("pass", PEER, "import paddlex_nb", "from paddlex_nb import Workspace, Wizard")


def seconds(statement: str) -> float:
    """Wall time of a new interpreter that runs ``statement``."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    seconds(STATEMENTS[-1])  # fills the disk's cache
    rounds = [[seconds(statement) for statement in STATEMENTS] for _ in range(REPEATS)]
    peer = STATEMENTS.index(PEER)
    print("median s  ratio to the peer  statement")
    for i, statement in enumerate(STATEMENTS):
        times = [one[i] for one in rounds]
        ratio = statistics.median(one[i] / one[peer] for one in rounds)
        print(f"{statistics.median(times):8.3f}  {ratio:17.2f}  {statement}")
