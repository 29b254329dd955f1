"""A suite is loaded without what it only needs for trackers, plots and metrics of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import sys
from importlib import import_module
from paddlex_nb.core.unused import unused
from paddlex_nb.suites import _ADAPTERS, _UNUSED
with unused(*_UNUSED):
    import_module(_ADAPTERS[sys.argv[1]])
print(sorted(set(_UNUSED) & set(sys.modules)))
import scipy, pandas, matplotlib.pyplot
print(pandas.DataFrame({"a": [1]}).shape, matplotlib.pyplot.figure is not None)
print(scipy.optimize.linear_sum_assignment([[1, 0], [0, 1]])[1].tolist())
if sys.argv[1] == "det":
    from ppdet.modeling.transformers.matchers import linear_sum_assignment
    print(linear_sum_assignment([[1, 0], [0, 1]])[1].tolist())
"""


@pytest.mark.parametrize("suite", ["clas", "det", "seg"])
def test_it_is_left_out_and_there_when_it_is_used(suite: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, suite], check=True, capture_output=True, text=True
    )
    lines = [line for line in ran.stdout.splitlines() if line[0] in "[("]
    # the matcher of DETR calls what was left out
    assert lines == ["[]", "(1, 1) True", "[1, 0]", *["[1, 0]"] * (suite == "det")]
