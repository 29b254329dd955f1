"""The server for agents, tried with the official SDK's own client over stdio."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import click
import psutil
import pytest

from paddlex_nb.cli import main
from paddlex_nb.cli.answers.schema import schema_of
from paddlex_nb.cli.mcp.paths import PATHS
from paddlex_nb.cli.mcp.tools import COMMANDS, command_of, parameters
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.jobs.job import State
from paddlex_nb.workspace import Workspace

mcp = pytest.importorskip("mcp", reason="the MCP SDK is not installed (extra mcp)")


def server(workspace: Path, *words: str, step: float = 0.001) -> Any:
    """How a host starts the server."""
    given = {name: value for name, value in os.environ.items() if name.startswith("PADDLEX_NB_")}
    return mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "paddlex_nb", "mcp", "--workspace", str(workspace), *words],
        env={
            **given,
            "PADDLEX_NB_KEEP_ALIVE": "5",
            "PADDLEX_NB_FAKE": "1",
            "PADDLEX_NB_FAKE_STEP": str(step),
        },
    )


def in_client(parameters: Any, use: Callable[[Any], Awaitable[None]], mode: str = "auto") -> None:
    """Use a client of a server until it is left; mode ``legacy`` is how clients of 2025 speak."""

    async def run() -> None:
        async with mcp.Client(parameters, mode=mode) as client:
            await use(client)

    anyio.run(run)


def test_an_agent_does_the_road(tmp_path: Path) -> None:
    write_sample(Task.CLASSIFICATION, tmp_path / "fruit", 0)
    reports: list[tuple[float, float | None, str | None]] = []

    async def progress(at: float, total: float | None, text: str | None) -> None:
        reports.append((at, total, text))

    async def road(client: Any) -> None:
        async def call(name: str, **arguments: Any) -> Any:
            result = await client.call_tool(name, arguments, progress_callback=progress)
            assert not result.is_error, result.content
            return result.structured_content

        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"dataset_import", "train", "jobs_follow", "predict", "stop"} <= tools.keys()
        assert not [name for name in tools if "delete" in name or name == "rm"]
        assert tools["train"].output_schema == schema_of("train")
        assert "on_end" not in tools["train"].input_schema["properties"]
        assert tools["train"].input_schema["required"] == ["dataset"]

        imported = await call("dataset_import", path=str(tmp_path / "fruit"))
        assert imported["recognised"]["format"] == "folders"
        dataset = imported["id"]
        splits = (await call("dataset_split", dataset=dataset, test=0.2, seed=0))["splits"]
        assert min(splits.values()) > 0
        advice = await call("params", dataset=dataset)
        assert {one["name"] for one in advice["params"]} >= {"epochs", "batch_size"}

        reports.clear()
        train = {"dataset": dataset, "model": "fake", "epochs": 2, "sets": ["batch_size=4"]}
        trained = await call("train", **train, following=True)
        assert trained["status"] == "done"
        told = [at for at, _, _ in reports]
        assert told == sorted(set(told))  # it always grows
        assert "jobs_follow" in str(reports[0][2])
        assert any(total == at for at, total, _ in reports), reports  # the last step of all
        run = trained["run"]
        figures = await call("evaluate", run=run)
        assert 0 <= figures["metrics"]["top1"] <= 1
        image = str(next((tmp_path / "fruit").rglob("*.jpg")))
        predicted = await call("predict", run=run, paths=[image])
        assert predicted["predictions"][0]["class"] in predicted["classes"]
        assert (await call("jobs_follow", job=run))["status"] == "done"
        exported = await call("export", run=run)
        assert Path(exported["out"]).is_dir()
        assert len((await call("jobs_list"))["jobs"]) == 5
        assert "libpaddle" not in loaded()

    in_client(server(tmp_path / "w"), road)


def test_mistakes_have_sentences_and_whoever_cancels_lets_go_of_the_job(tmp_path: Path) -> None:
    space = Workspace(tmp_path / "w")
    dataset = space.import_sample("classification", progress=False).id
    mine = tmp_path / "mine"
    mine.mkdir()
    jobs: list[str] = []

    async def use(client: Any) -> None:
        for name, arguments, code, said in (
            ("runs_show", {"run": "none"}, "workspace.no_such_run", "none"),
            ("train", {"dataset": dataset, "epochs": "ten"}, "cli.usage.value", "$.epochs"),
            ("train", {}, "cli.usage.value", "`dataset`"),
            ("train", {"dataset": dataset, "on_end": "rm"}, "cli.usage.value", "`on_end`"),
            ("trains", {}, "cli.usage.command", "train"),
            ("dataset_import", {"path": "/etc"}, "cli.mcp.outside", str(mine)),
            ("dataset_check", {"target": str(mine / "..")}, "cli.mcp.outside", str(mine)),
            ("export", {"run": "x", "out": "elsewhere"}, "cli.mcp.outside", "elsewhere"),
            ("train", {"dataset": dataset, "weights": "/etc/x"}, "cli.mcp.outside", "/etc/x"),
        ):
            result = await client.call_tool(name, arguments)
            assert result.is_error
            error = result.structured_content["error"]
            assert (error["code"], said in error["message"]) == (code, True), error
            assert result.content[0].text == f"{error['message']} ({code})"
        jobs.append(await given_up(client, dataset))

    in_client(server(space.path, "--root", str(mine), step=0.05), use, "legacy")
    job = space.job(jobs[0])
    assert job.state is State.RUNNING  # though the server has gone
    job.stop()
    deadline = time.monotonic() + 30
    while job.state.active:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def loaded() -> str:
    """The libraries that the server has loaded."""
    found = []
    for process in psutil.Process().children():
        with suppress(psutil.ZombieProcess):
            if "mcp" in process.cmdline():
                found += [one.path for one in process.memory_maps()]
    assert found
    return "\n".join(found)


async def given_up(client: Any, dataset: str) -> str:
    """Begin a training and cancel the call that waits for it; gives the job that goes on."""
    arguments = {"dataset": dataset, "model": "fake", "epochs": 50, "following": True}
    begun = anyio.Event()

    async def progress(_at: float, total: float | None, _text: str | None) -> None:
        if total is not None:
            begun.set()

    async with anyio.create_task_group() as group:

        async def train() -> None:
            await client.call_tool("train", arguments, progress_callback=progress)

        group.start_soon(train)
        await begun.wait()
        group.cancel_scope.cancel()
    # whoever asks next is answered
    (active,) = (await client.call_tool("jobs_list", {"active": True})).structured_content["jobs"]
    assert active["status"] == "running"
    return str(active["job"])


def test_every_path_of_a_tool_is_held_to_the_roots() -> None:
    known = {
        name
        for command in COMMANDS.values()
        for name, param in parameters(command_of(command))
        if isinstance(param.type, click.Path)
    }
    assert "out" in known
    assert known <= PATHS


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_without_the_sdk_a_sentence_says_what_to_install(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("paddlex_nb.cli.mcp.find_spec", lambda _name: None)
    assert main(["mcp", "--lang", language]) == 1
    said = capsys.readouterr().err
    assert 'pip install "paddlex_nb[mcp]"' in said
    assert len(said.splitlines()) == 1
