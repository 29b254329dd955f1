"""The server: the official SDK's, over standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import msgspec
from anyio import from_thread, to_thread
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from paddlex_nb.cli.answering import Refusal, answered
from paddlex_nb.cli.answers.schema import schema_of
from paddlex_nb.cli.mcp.paths import agents_roots, check_paths
from paddlex_nb.cli.mcp.progress import Notifying
from paddlex_nb.cli.mcp.tools import (
    COMMANDS,
    READING,
    arguments_type,
    command_line,
    command_of,
    input_schema,
)
from paddlex_nb.cli.shared import Reply, Settings
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.wording import instead
from paddlex_nb.version import __version__


def serve(workspace: Path, roots: Sequence[Path]) -> None:
    """Serve a workspace until standard input ends.

    Args:
        workspace: The workspace's folder.
        roots: Folders outside of which no file may be named; none if all may.
    """
    anyio.run(_serve, _Verbs(workspace, agents_roots(workspace, roots)))


async def _serve(verbs: _Verbs) -> None:
    server = Server(
        "paddlex-nb",
        version=__version__,
        instructions=tr("cli.mcp.instructions"),
        on_list_tools=verbs.tools,
        on_call_tool=verbs.call,
    )
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


@dataclass
class _Call(Settings):
    """The settings of a command that a client calls; what it says is part of the answer."""

    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Keep it for the answer."""
        self.said.append(text)


@dataclass(frozen=True)
class _Verbs:
    """The tools.

    Attributes:
        workspace: The workspace's folder.
        roots: Folders outside of which no file may be named; none if all may.
    """

    workspace: Path
    roots: Sequence[Path]

    async def tools(
        self, _context: ServerRequestContext[Any], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        """All tools."""
        return ListToolsResult(tools=[_tool(*pair) for pair in COMMANDS.items()])

    async def call(
        self, context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        """Run a command in a thread; whoever cancels lets go of its job, which goes on."""
        settings = _Call(path=self.workspace, json=True)

        def tell(at: float, total: float | None, text: str) -> None:
            if settings.letting_go.is_set():
                return
            try:
                from_thread.run(context.session.report_progress, at, total, text)
            except (anyio.ClosedResourceError, anyio.BrokenResourceError, RuntimeError):
                settings.letting_go.set()  # the client has gone

        settings.display = partial(Notifying, tell)
        run = partial(self._run, params.name, params.arguments or {}, settings)
        try:
            return await to_thread.run_sync(run, abandon_on_cancel=True)
        finally:
            settings.letting_go.set()

    def _run(self, name: str, arguments: dict[str, Any], settings: _Call) -> CallToolResult:
        """The result of a command."""
        try:
            command = _checked(name, arguments)
            check_paths(arguments, self.roots)
        except UserError as error:
            return _refused(Refusal(error.message, 2), settings)
        reply = answered(command_line(command, arguments), settings)
        if isinstance(reply, Reply):
            return _replied(reply, settings)
        if isinstance(reply, int):  # no tool serves or prints a help text
            reply = Refusal(Message("cli.aborted"), 1)
        if settings.letting_go.is_set():  # nobody hears the answer any more; a log does
            sys.stderr.write(f"{reply.message}\n")
        return _refused(reply, settings)


def _tool(name: str, command: str) -> Tool:
    found = command_of(command)
    return Tool(
        name=name,
        description=found.help,
        input_schema=input_schema(command),
        output_schema=schema_of(command),
        annotations=ToolAnnotations(
            read_only_hint=command in READING, destructive_hint=False, open_world_hint=False
        ),
    )


def _checked(name: str, arguments: dict[str, Any]) -> str:
    """The command of a tool whose arguments fit.

    Raises:
        UserError: There is no such tool, or an argument does not fit.
    """
    if (command := COMMANDS.get(name)) is None:
        raise UserError("cli.usage.command", name=name, near=instead(name, COMMANDS))
    try:
        msgspec.convert(arguments, arguments_type(command))
    except msgspec.ValidationError as error:
        raise UserError("cli.usage.value", name=name, reason=error) from error
    return command


def _replied(reply: Reply, settings: _Call) -> CallToolResult:
    text = msgspec.json.encode(reply.data).decode()  # as the terminal prints it: NaN is null
    return CallToolResult(
        content=[TextContent(text=text), *_also(settings)],
        structured_content=msgspec.json.decode(text),
        is_error=not reply.ok,
    )


def _refused(refusal: Refusal, settings: _Call) -> CallToolResult:
    said = TextContent(text=f"{refusal.message} ({refusal.code})")
    return CallToolResult(
        content=[said, *_also(settings)], structured_content=refusal.to_dict(), is_error=True
    )


def _also(settings: _Call) -> list[TextContent]:
    """What the command said beside its answer, such as warnings."""
    return [TextContent(text="\n".join(settings.said))] if settings.said else []
