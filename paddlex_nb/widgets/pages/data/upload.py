"""Bringing in files from the user's own machine."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, make_folder
from paddlex_nb.core.names import slug
from paddlex_nb.core.wording import size_text
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import styled
from paddlex_nb.widgets.parts import FileDrop, Hosted
from paddlex_nb.widgets.parts.file_drop import Slice
from paddlex_nb.workspace import Workspace

_ABANDONED = 24 * 3600.0
"""Seconds after which nobody waits for the rest of a file any more."""


@dataclass
class _Incoming:
    """A file that is arriving.

    Attributes:
        file: Which one it is, as the browser says.
        title: What the user calls it, without its ending.
        draft: Where it grows.
        path: Where it is when it is complete.
        size: Bytes that it will have.
        have: Bytes that have come.
    """

    file: str
    title: str
    draft: Path
    path: Path
    size: int
    have: int = 0


class UploadBox:
    """A place to choose files or to drop them; they are kept in the workspace's ``uploads``.

    Args:
        workspace: Where the files are kept.
        do: Has work done on the event loop.
        on_choice: Called with the files, each with the name that it had without its ending.
        accept: Endings of files that can be chosen.
        multiple: Whether several files can be chosen at once.

    Attributes:
        widget: What to show; to be ticked.
    """

    def __init__(
        self,
        workspace: Workspace,
        do: Callable[[Call], None],
        on_choice: Callable[[list[tuple[Path, str]]], None],
        *,
        accept: Sequence[str],
        multiple: bool = False,
    ) -> None:
        self._endings = tuple(accept)
        self._folder = WorkspaceFolder(workspace.path).uploads
        self._do, self._on_choice = do, on_choice
        self._incoming: _Incoming | None = None
        self._complete: list[tuple[Path, str]] = []
        self._part = FileDrop(self, accept=list(accept), multiple=multiple)
        self.widget = styled(Hosted(self._part), "upload-box")

    def take(self, one: Slice) -> None:
        """Keep a slice of a file."""
        self._do(lambda: self._take(one))

    def complete(self) -> None:
        """Hand on the files that have come."""
        self._do(self._hand_on)

    def give_up(self) -> None:
        """Forget the files that have come."""
        self._do(self._forget)

    def _take(self, one: Slice) -> None:
        have: int | None = None
        try:
            have = self._kept(one)
        finally:
            if have is None:
                self._forget()
            self._part.answer(one.file, have)  # or the browser waits for ever

    def _kept(self, one: Slice) -> int:
        """Write a slice; how much of the file there is then."""
        if one.offset == 0:
            self._drop_draft()
            self._incoming = self._begun(one)
        incoming = self._incoming
        fits = (
            incoming is not None
            and (incoming.file, incoming.size, incoming.have) == (one.file, one.size, one.offset)
            and one.offset + len(one.data) <= one.size
        )
        if incoming is None or not fits:
            raise UserError("wizard.data.upload.torn", name=one.name)
        with disk_errors(incoming.draft), incoming.draft.open("ab") as file:
            file.write(one.data)
        incoming.have += len(one.data)
        if incoming.have == incoming.size:
            with disk_errors(incoming.path):
                incoming.draft.replace(incoming.path)
            self._complete.append((incoming.path, incoming.title))
            self._incoming = None
        return one.offset + len(one.data)

    def _begun(self, one: Slice) -> _Incoming:
        name = one.name.replace("\\", "/").rpartition("/")[2]
        suffix = next((s for s in self._endings if name.lower().endswith(s)), None)
        if suffix is None:
            known = " ".join(self._endings)
            raise UserError("wizard.data.upload.kind", name=name, endings=known)
        with disk_errors(self._folder):
            make_folder(self._folder)
        self._sweep()
        if one.size > (free := shutil.disk_usage(self._folder).free):
            room = {"size": size_text(one.size), "free": size_text(free)}
            raise UserError("wizard.data.upload.no_room", name=name, **room)
        title = name[: -len(suffix)]
        # the name is the user's: only letters and digits of it reach the disk
        stored = f"{slug(title)}-{uuid.uuid4().hex[:6]}{suffix}"
        draft = self._folder / f".{stored}.{uuid.uuid4().hex}"
        return _Incoming(one.file, title, draft, self._folder / stored, one.size)

    def _sweep(self) -> None:
        """Remove what uploads of long ago have left, whose page was closed in the midst."""
        for draft in self._folder.glob(".*"):
            with suppress(OSError):
                if time.time() - draft.stat().st_mtime > _ABANDONED:
                    draft.unlink()

    def _hand_on(self) -> None:
        files, self._complete = self._complete, []
        if files:
            self._on_choice(files)

    def _forget(self) -> None:
        self._drop_draft()
        for path, _ in self._complete:
            with disk_errors(path):
                path.unlink(missing_ok=True)
        self._complete = []

    def _drop_draft(self) -> None:
        if self._incoming is not None:
            with disk_errors(self._incoming.draft):
                self._incoming.draft.unlink(missing_ok=True)
        self._incoming = None
