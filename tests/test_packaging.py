"""What is written in several places agrees, and the wheel holds what it must."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement

from paddlex_nb.hosts.pins import LIMITS, PINS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it

REPOSITORY = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
METADATA = f"paddlex_nb-{PROJECT['project']['version']}.dist-info"
DIRECT: list[str] = PROJECT["project"]["dependencies"]
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]
PYTHONS = ("3.10", "3.11", "3.12")


def lock() -> Iterator[tuple[Requirement, str]]:
    """Each entry of requirements.lock, and its text with the hashes."""
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    for entry in re.findall(r"^[a-z0-9][^\n]*(?:\n    --hash=\S+(?: \\)?)*", text, re.MULTILINE):
        yield Requirement(entry.partition(" \\\n")[0]), entry


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_pins_are_the_suites_group() -> None:
    assert sorted(map(str, PINS)) == sorted(GROUPS["suites"])
    assert set(LIMITS) <= set(DIRECT)
    assert set(LIMITS) <= set(PROJECT["tool"]["uv"]["override-dependencies"])


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_is_in_step_with_pyproject(python: str) -> None:
    """Run `bash .dev/run lock` after a change of requirements."""
    system = {"python_version": python, "python_full_version": f"{python}.0"}
    system |= {"sys_platform": "linux", "platform_machine": "x86_64"}
    locked = {
        canonical(entry.name): next(iter(entry.specifier)).version
        for entry, _ in lock()
        if entry.marker is None or Marker(str(entry.marker)).evaluate(system)
    }
    wrong = [
        text
        for text in [*DIRECT, *GROUPS["suites"], *GROUPS["dev"]]
        for wanted in [Requirement(text)]
        if not wanted.specifier.contains(locked.get(canonical(wanted.name), "0"), prereleases=True)
    ]
    assert wrong == []
    assert not {"opencv-python", "sklearn"} & locked.keys()


def test_the_lock_pins_versions_and_contents() -> None:
    entries = list(lock())
    assert len(entries) > 150
    assert [text for _, text in entries if "==" not in text or "--hash=sha256:" not in text] == []


def committed() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (REPOSITORY / ".git").exists():
        pytest.skip("no git, or not a clone: which files are committed cannot be told")
    command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True).stdout
    files = [REPOSITORY / os.fsdecode(name) for name in names.split(b"\0") if name]
    return [file for file in files if file.is_file()]


def test_no_file_names_a_registry_a_cdn_or_a_path_of_one_machine() -> None:
    # put together here, so that this file does not name them either
    hosts = [
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("npm", "mirror.com"),
        ("registry.", "yarnpkg"),
        ("js", "delivr"),
        ("un", "pkg.com"),
        ("cdn", "js."),
        ("esm", ".sh/"),
        ("google", "apis.com"),
        ("deb.", "debian.org"),
        ("mirrors", "."),
        ("baidu", "bce.com"),
        ("bce", "bos.com/pypi"),
    ]
    paths = [("/work/", "main"), ("/work/", "shared")]
    pattern = re.compile("|".join(re.escape("".join(pair)) for pair in [*hosts, *paths]).encode())
    named = {
        (str(file.relative_to(REPOSITORY)), match.decode())
        for file in committed()
        for match in pattern.findall(file.read_bytes())
    }
    assert sorted(named) == []


@pytest.mark.parametrize("script", [".dev/run", ".ci/run"])
def test_scripts_can_be_run(script: str) -> None:
    file = REPOSITORY / script
    assert os.access(file, os.X_OK)
    subprocess.run(["bash", "-n", file], check=True)


def test_the_workflow_runs_what_we_run_and_on_pythons_that_we_support() -> None:
    workflow = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text("utf-8"))
    job = workflow["jobs"]["ci"]
    assert job["steps"][-1]["run"] == "bash .ci/run"
    assert set(job["strategy"]["matrix"]["python"]) == {PYTHONS[0], PYTHONS[-1]}


def test_a_report_of_a_bug_asks_what_doctor_says() -> None:
    for file in (REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(file.read_text("utf-8"))
        assert file.stem == "config" or {"name", "description", "body"} <= form.keys()
    assert "`paddlex-nb doctor`" in (REPOSITORY / ".github/ISSUE_TEMPLATE/bug.yml").read_text()


def test_an_unknown_verb_explains_itself() -> None:
    command = ["bash", str(REPOSITORY / ".dev" / "run"), "no-such-verb"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    verbs = re.findall(r"^  ([a-z]+)\)", (REPOSITORY / ".dev" / "run").read_text("utf-8"), re.M)
    assert len(verbs) >= 10
    for verb in verbs:
        assert f"  {verb} " in done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    command += ["--outdir", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("*.whl")
    return file


def test_the_wheel_holds_what_is_needed_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = (p for p in (REPOSITORY / "paddlex_nb").rglob("*") if p.suffix in {".py", ".json"})
    expected = {str(source.relative_to(REPOSITORY)) for source in sources if source.is_file()}
    expected = {name for name in expected if "/frontend/" not in name}
    expected |= {
        "paddlex_nb/jupyter-config/voila/voila.json",
        "paddlex_nb/jupyter-config/voila/voila.py",
        "paddlex_nb/notebooks/wizard.ipynb",
        "paddlex_nb/py.typed",
        f"{METADATA}/licenses/LICENSE",
    }
    assert expected - names == set()
    assert sum(name.endswith(".js") for name in names) >= 3
    assert [n for n in names if "/frontend/" in n or n.endswith((".pyc", ".ts"))] == []
    # nothing that would hold for other notebooks and dashboards too
    assert {name.partition("/")[0] for name in names} == {"paddlex_nb", METADATA}


def test_the_wheel_asks_for_nothing_that_setup_brings(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"{METADATA}/METADATA").decode())
        entries = archive.read(f"{METADATA}/entry_points.txt").decode()
    asked = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    extras = {canonical(one.name): str(one.marker) for one in asked if "extra" in str(one.marker)}
    assert extras == {"mcp": 'extra == "mcp"'}
    required = {canonical(one.name) for one in asked} - extras.keys()
    assert required == {canonical(Requirement(text).name) for text in DIRECT}
    assert not {pin.name for pin in PINS} & required
    assert "paddlex-nb = paddlex_nb.cli:main" in entries
    classifiers = metadata.get_all("Classifier", [])
    assert "Typing :: Typed" in classifiers
    assert set(PYTHONS) == {
        match[1] for one in classifiers if (match := re.search(r"Python :: (3\.\d+)$", one))
    }
    assert "[jupyter_serverproxy_servers]\n" in entries
    assert "\nvisualdl = " in entries
    assert "\npaddlex-nb = paddlex_nb.hosts.jupyter:wizard_server" in entries


def test_an_installed_wheel_finds_its_notebooks(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from paddlex_nb.hosts.shared import shared; from paddlex_nb.core.i18n import tr; "
        "print(shared('notebooks/wizard.ipynb')); print(tr('core.disk_full', language='zh_CN'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    path, text = done.stdout.splitlines()
    assert path == str(tmp_path / "paddlex_nb" / "notebooks" / "wizard.ipynb")
    assert text.startswith("磁盘已满")
