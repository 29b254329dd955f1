"""Real, almost empty environments, with distributions made up on the spot."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import venv
import zipfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# what paddlex_nb.hosts itself imports; copied without metadata, so that only code comes along
NEEDED = ("jupyter_core", "msgspec", "packaging", "platformdirs", "psutil", "traitlets")


class Environment:
    """A virtual environment without pip and without any distribution.

    Args:
        folder: Where to make it.
        pip: Whether ``python -m pip`` works in it.
    """

    def __init__(self, folder: Path, *, pip: bool = False) -> None:
        venv.create(folder, with_pip=False, symlinks=True)
        self.python = folder / "bin" / "python"
        self.site = next((folder / "lib").glob("python3.*")) / "site-packages"
        for name in (*NEEDED, *(["pip"] if pip else [])):
            spec = find_spec(name)
            assert spec is not None
            assert spec.submodule_search_locations
            source = next(iter(spec.submodule_search_locations))
            shutil.copytree(source, self.site / name, ignore=shutil.ignore_patterns("__pycache__"))

    def add(self, name: str, version: str, **made: str | Sequence[str]) -> None:
        """Install a made-up distribution (`wheel` says how it is made)."""
        folder = self.site.parent
        file = wheel(folder, name, version, **made)  # type: ignore[arg-type]
        with zipfile.ZipFile(file) as archive:
            archive.extractall(self.site)
        file.unlink()

    def run(self, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python code that can import paddlex_nb; of pip's settings only ``variables``."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "JPY_", "PYTHON"))}
        return subprocess.run(
            [self.python, "-c", code],
            env={
                **kept,
                "PATH": "/usr/bin:/bin",
                "PIP_CONFIG_FILE": os.devnull,
                "PYTHONPATH": str(REPOSITORY),
                **variables,
            },
            cwd=self.site,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    module: str = "",
    requires: Sequence[str] = (),
    python: str = "",
) -> Path:
    """Make a wheel.

    Args:
        folder: Where to.
        name: Distribution name.
        version: Its version.
        module: The one module that it holds (default: named like the distribution).
        requires: The requirements that it states.
        python: The Python versions that it states.
    """
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    metadata += [f"Requires-Python: {python}"] if python else []
    files = {
        f"{module or name.replace('-', '_')}/__init__.py": f"__version__ = {version!r}\n",
        f"{stem}.dist-info/METADATA": "\n".join(metadata) + "\n",
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{stem}.dist-info/RECORD"] = _record(files, f"{stem}.dist-info/RECORD")
    file = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return file


def _record(files: Mapping[str, str], record: str) -> str:
    rows = []
    for path, text in files.items():
        digest = hashlib.sha256(text.encode()).digest()
        code = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        rows.append(f"{path},sha256={code},{len(text.encode())}")
    return "\n".join([*rows, f"{record},,"]) + "\n"
