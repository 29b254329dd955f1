"""Where tests and benchmarks find real data."""

from __future__ import annotations

import os
from pathlib import Path

SHARED_DATA = Path(
    os.environ.get("PADDLEX_NB_TEST_DATA", Path(__file__).parents[2] / "shared" / "data")
)
