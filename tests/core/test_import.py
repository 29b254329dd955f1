"""The package is light: no Paddle in the kernel, little more than ipywidgets at import."""

from __future__ import annotations

import subprocess
import sys

LIST_MODULES = """
import sys
{code}
heavy = {{"paddle", "paddleclas", "ppdet", "paddleseg", "visualdl", "cv2", "matplotlib.pyplot"}}
heavy |= {{"pyarrow", "sklearn", "pandas", "PIL"}}
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
    found = loaded(names)
    assert not {"paddle", "paddleclas", "ppdet", "paddleseg", "visualdl"} & set(found.split())


def test_every_public_name_exists() -> None:
    import paddlex_nb

    assert set(paddlex_nb.__all__) == set(paddlex_nb._HOMES)
    for name in paddlex_nb.__all__:
        assert getattr(paddlex_nb, name) is not None
