"""The documentation has every page in both languages, and says what the package has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import paddlex_nb
from documentation.reading import DOCS, LANGUAGES, REPOSITORY, blocks, generated, pages
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.cli.commands import app
from paddlex_nb.cli.shared import Command, Settings
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats import FORMATS
from paddlex_nb.data.writers import WRITERS
from paddlex_nb.layout.dataset import DatasetFolder, VersionFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import EvaluationFolder, ModelFolder, RunFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.params.catalogue import PARAMS

BOTH = pytest.mark.parametrize("language", LANGUAGES)


def test_every_page_is_there_in_both_languages_and_in_the_menu() -> None:
    settings = yaml.safe_load((REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8"))
    menu = set(_pages_of(settings["nav"]))
    assert set(pages("en")) == menu
    assert set(pages("zh")) == menu


def _pages_of(entry: Any) -> list[str]:
    """The pages of a part of the menu: a page, one with a title, or a list of both."""
    if isinstance(entry, str):
        return [entry]
    if isinstance(entry, dict):
        (entry,) = entry.values()
        return _pages_of(entry)
    return [page for part in entry for page in _pages_of(part)]


@pytest.mark.parametrize("name", [name for name in pages("en") if name.startswith("tutorials/")])
def test_a_tutorial_has_the_same_code_in_both_languages(name: str) -> None:
    english, chinese = (blocks(pages(code)[name], "bash", "python") for code in LANGUAGES)
    assert len(english) >= 2
    assert english == chinese


@BOTH
def test_pages_have_the_same_parts_in_both_languages(language: str) -> None:
    def shape(text: str) -> list[str]:
        return re.findall(r"^#+ |^\| |^\{\{ generated: \w+ \}\}$", text, re.MULTILINE)

    english = pages("en")
    for name, text in pages(language).items():
        assert shape(text) == shape(english[name]), name


@BOTH
def test_the_reference_of_python_has_every_public_name(language: str) -> None:
    entries = re.findall(r"^::: paddlex_nb\.(?:\w+\.)*(\w+)$", generated(language)["api"], re.M)
    assert set(paddlex_nb.__all__) - set(entries) == {"__version__"}


@BOTH
def test_the_reference_of_commands_has_every_command_and_option(language: str) -> None:
    sections = dict(
        part.split("\n", 1) for part in generated(language)["commands"].split("\n## ")[1:]
    )
    walked = list(_commands(app, ""))
    assert [name for name, _ in walked] == list(sections)
    for name, command in walked:
        options = {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
        for option in options - {"--workspace", "--json", "--lang"}:
            assert option in sections[name], f"{name} {option}"


def _commands(group: click.Group, above: str) -> list[tuple[str, click.Command]]:
    found = []
    for name in sorted(name for name, command in group.commands.items() if not command.hidden):
        command = group.commands[name]
        found.append((f"{above}{name}", command))
        if isinstance(command, click.Group):
            found += _commands(command, f"{above}{name} ")
    return found


@BOTH
def test_the_other_references_are_complete(language: str) -> None:
    made = generated(language)
    parameters = re.findall(r"^### `(\w+)`", made["parameters"], re.MULTILINE)
    assert sorted(parameters) == sorted(spec.name for spec in PARAMS)
    models = re.findall(r"^\| `([^`]+)`", made["models"], re.MULTILINE)
    assert models == [entry.name for entry in list_models()]
    formats = made["formats"].split("\n## ")
    for task, section in zip(Task, formats, strict=True):
        wanted = {one.name for one in FORMATS if one.task is task} | set(WRITERS[task])
        assert set(re.findall(r"`(\w+)` \|", section)) == wanted
    codes = re.findall(r"\{ #(\w+) \}", made["findings"])
    reported = re.findall(
        r"(?:report|self)\.(?:error|warning|info)\(\s*\"(\w+)\"",
        "".join(p.read_text("utf-8") for p in (REPOSITORY / "paddlex_nb/data").rglob("*.py")),
    )
    assert len(reported) > 80
    assert set(reported) <= set(codes)


@BOTH
def test_generated_pages_are_in_their_language(language: str) -> None:
    for name, text in generated(language).items():
        if name != "api":
            chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
            # what languages and units call themselves
            assert (chinese > 200) if language == "zh" else (chinese < 10), name


@BOTH
def test_commands_on_the_pages_can_be_given(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every command and option in a code block or in a line of text is one that there is."""
    monkeypatch.setenv("PADDLEX_NB_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(Command, "invoke", lambda *_: None)
    given = 0
    for name, text in [*pages(language).items(), ("README.md", _readme())]:
        named = re.findall(r"`(paddlex-nb [^`]+)`", re.sub(r"\s*\n\s*", " ", text))
        lines = [
            line.split("  #")[0].split("/bin/")[-1]
            for block in blocks(text, "bash", "sh")
            for line in block.splitlines()
            if re.search(r"\bpaddlex-nb ", line)
        ]
        for line in (*named, *lines):
            _program, *words = shlex.split(line.split(" > ")[0].split(" && ")[0])
            if "--lang" in words:
                del words[words.index("--lang") : words.index("--lang") + 2]
            try:
                app(words, prog_name="paddlex-nb", standalone_mode=False, obj=Settings())
            except click.ClickException as error:
                if line in named and isinstance(error, click.MissingParameter):
                    continue  # a sentence about the command
                pytest.fail(f"{name}: {line}: {error.format_message()}")
            given += 1
    assert given > 60


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_of_the_front_door_lead_somewhere(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def _readme() -> str:
    return (REPOSITORY / "README.md").read_text(encoding="utf-8")


@BOTH
def test_the_page_of_files_names_every_file_of_a_workspace(language: str) -> None:
    text = pages(language)["reference/workspace.md"]
    root = Path("w")
    folders: list[Any] = [
        WorkspaceFolder(root),
        DatasetFolder(root / "datasets" / "id"),
        VersionFolder(root / "datasets" / "id" / "versions" / "name"),
        RunFolder(root / "runs" / "id"),
        ModelFolder(root / "models" / "name"),
        EvaluationFolder(root / "runs" / "id" / "evaluation" / "val-best"),
        JobFolder(root / "runs" / "id" / "jobs" / "001-train"),
    ]
    names = set()
    for folder in folders:
        for attribute in dir(type(folder)):
            if isinstance(getattr(type(folder), attribute), property):
                place = getattr(folder, attribute)
                if isinstance(place, Path) and folder.path in place.parents:
                    names |= set(place.relative_to(folder.path).parts)
    assert len(names) > 50
    names.discard("id")  # VisualDL's graph lies in a folder of the run's name
    assert {name for name in names if name not in text} == set()


@BOTH
def test_pictures_of_the_pages_are_small(language: str) -> None:
    pictures = [*(DOCS / language / "assets").iterdir()]
    assert len(pictures) >= 3
    assert max(picture.stat().st_size for picture in pictures) < 150_000
