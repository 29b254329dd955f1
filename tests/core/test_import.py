"""The package is light: no Paddle in the kernel, little more than ipywidgets at import."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

LIST_MODULES = """
import sys
{code}
heavy = {{"paddle", "paddleclas", "ppdet", "paddleseg", "visualdl", "cv2", "matplotlib.pyplot"}}
heavy |= {{"pyarrow", "sklearn", "pandas", "PIL", "baidubce"}}
print(" ".join(sorted(heavy & set(sys.modules))))
"""


def loaded(code: str) -> str:
    script = LIST_MODULES.format(code=code)
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded("import paddlex_nb") == ""


def test_the_public_names_load_no_paddle() -> None:
    names = "import paddlex_nb\nfor name in paddlex_nb.__all__: getattr(paddlex_nb, name)"
    modules = loaded(names)
    assert not {"paddle", "paddleclas", "ppdet", "paddleseg", "visualdl"} & set(modules.split())


WRITE_CURVES = """
import tempfile
from pathlib import Path
from paddlex_nb.training.vdl import VisualDL
with VisualDL(Path(tempfile.mkdtemp())):
    pass
"""


def test_writing_curves_loads_no_client_of_a_cloud() -> None:
    """VisualDL's import of it takes longer than all else that a training imports but Paddle."""
    modules = loaded(WRITE_CURVES).split()
    assert "visualdl" in modules
    assert "baidubce" not in modules


KINDS = {
    "Dataset": "class",
    "DatasetExport": "class",
    "Evaluation": "class",
    "Export": "class",
    "Finding": "class",
    "Job": "class",
    "Prediction": "class",
    "Predictions": "class",
    "RankedPrediction": "class",
    "Run": "class",
    "Task": "class",
    "TrainingParams": "class",
    "Update": "class",
    "UserError": "class",
    "Wizard": "class",
    "Workspace": "class",
    "__version__": "str",
    "language": "function",
    "list_models": "function",
    "published_weights": "function",
    "set_language": "function",
}
"""What every public name is."""

CHECK_NAMES = """
import importlib, inspect, sys
import paddlex_nb
for module in sys.argv[1].split(","):
    importlib.import_module("paddlex_nb." + module)
for name, kind in KINDS.items():
    value = getattr(paddlex_nb, name)
    home = importlib.import_module("paddlex_nb." + paddlex_nb._HOMES[name])
    assert value is getattr(home, name), (name, value)
    is_one = {"class": inspect.isclass, "function": inspect.isfunction}.get(kind)
    assert is_one(value) if is_one else type(value).__name__ == kind, (name, value)
    assert callable(value) == (kind != "str"), name
assert paddlex_nb.list_models(paddlex_nb.Task.DETECTION) == paddlex_nb.list_models("detection")
assert paddlex_nb.language() in {"en", "zh_CN"}
"""


def test_the_public_names_are_those_that_are_known() -> None:
    import paddlex_nb

    assert set(paddlex_nb.__all__) == set(paddlex_nb._HOMES) == set(KINDS)


def test_no_public_name_is_that_of_a_module() -> None:
    """Importing a module puts it into its package under its name, over whatever is there."""
    import paddlex_nb

    modules = {module.name for module in pkgutil.iter_modules(paddlex_nb.__path__)}
    assert not modules & set(paddlex_nb.__all__)


@pytest.mark.parametrize("backwards", [False, True])
def test_every_public_name_is_what_it_says_whatever_was_imported(backwards: bool) -> None:
    import paddlex_nb

    modules = sorted(m.name for m in pkgutil.iter_modules(paddlex_nb.__path__) if m.name[0] != "_")
    order = ",".join(reversed(modules) if backwards else modules)
    script = f"KINDS = {KINDS!r}\n{CHECK_NAMES}"
    command = [sys.executable, "-c", script, order]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
