"""Choosing a folder or file below the allowed roots."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import is_inside
from paddlex_nb.core.i18n import tr
from paddlex_nb.hosts.environment import allowed_roots, roots_are_named
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.toolkit import button, column, row, styled

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
LISTED = 500
"""Entries of a folder that are listed; a longer folder is reached by typing its path."""


_BEHIND = 0.3
"""Seconds that the text may come behind the key that ended it."""


class PathPicker:
    """A path field, a list to browse, and the button that takes the path.

    Args:
        state: Where the typed path is kept.
        do: Has work done on the event loop.
        chosen: Called with the path.
        files: Endings of the files that are listed beside folders.
        trait: Trait of ``state`` that keeps the path.
        action: What the button says; by default that it imports.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        state: WizardState,
        do: Callable[[Call], None],
        on_choice: Callable[[Path], None],
        *,
        files: tuple[str, ...] = ARCHIVES,
        trait: str = "path",
        action: str = "",
    ) -> None:
        self._files = files
        self._state, self._do, self._chosen = state, do, on_choice
        self._text = styled(
            w.Text(
                value=getattr(state, trait),
                placeholder=tr("wizard.path.placeholder"),
                description=tr("wizard.path.label"),
                continuous_update=False,
            ),
            "field",
            "path-text",
        )
        self._typed = threading.Event()
        self._text.observe(lambda change: self._keep(trait, change["new"]), "value")
        self._text.on_msg(self._told)
        self._entries = styled(w.Select(options=[], rows=8), "entries")
        self._entries.layout.display = "none"
        self._entries.observe(self._entered, "value")
        browse = button(tr("wizard.path.browse"), lambda: do(self._toggle), "browse")
        start = button(action or tr("wizard.path.import"), lambda: do(self._import), "import")
        self.widget = column(self._text, self._entries, row(browse, start))

    def _keep(self, trait: str, typed: str) -> None:
        self._state.set_trait(trait, typed)
        self._typed.set()

    def _told(self, _widget: w.Widget, content: dict[str, str], _buffers: object) -> None:
        """Enter takes the path; leaving the field does not, though both end what was typed."""
        if content.get("event") == "submit":
            self._typed.clear()
            self._do(self._take_soon)

    def _take_soon(self) -> None:
        # the browser tells of Enter first and sends the text, if it is another one, right behind
        self._typed.wait(_BEHIND)
        self._import()

    def _import(self) -> None:
        typed = self._text.value.strip().strip("\"'")
        if not typed:
            raise UserError("wizard.path.empty")
        self._chosen(self._allowed(Path(typed).expanduser()))

    def _allowed(self, path: Path) -> Path:
        roots = allowed_roots(self._state.workspace.path)
        inside = any(is_inside(path, root) for root in roots)
        # where the roots are meant to hold somebody back, it is not told what lies outside
        if not inside and (path.exists() or roots_are_named()):
            known = [str(root) for root in roots]
            raise UserError("wizard.path.outside", path=path, roots=known)
        if not path.exists():
            raise UserError("workspace.no_such_path", path=path)
        return path

    def _toggle(self) -> None:
        hidden = self._entries.layout.display == "none"
        self._entries.layout.display = "" if hidden else "none"
        if hidden:
            self._list(self._start())

    def _start(self) -> Path | None:
        typed = Path(self._text.value.strip()).expanduser()
        if self._text.value.strip() and typed.is_dir():
            return self._allowed(typed)
        roots = allowed_roots(self._state.workspace.path)
        return roots[0] if len(roots) == 1 else None

    def _list(self, folder: Path | None) -> None:
        """Show the content of a folder, or the roots."""
        options: list[tuple[str, str]] = []
        if folder is None:
            roots = allowed_roots(self._state.workspace.path)
            options = [(str(root), str(root)) for root in roots]
        else:
            options.append((f"↑ {tr('wizard.path.up')}", ".."))
            options += [(label, str(path)) for label, path in _entries(folder, self._files)]
        self._folder = folder
        self._entries.unobserve(self._entered, "value")
        self._entries.options = [(tr("wizard.path.choose"), ""), *options]
        self._entries.value = ""
        self._entries.observe(self._entered, "value")

    def _entered(self, change: dict[str, str]) -> None:
        value = change["new"]
        if value:
            self._do(lambda: self._enter(value))

    def _enter(self, value: str) -> None:
        if value == "..":
            parent = self._folder.parent if self._folder else None
            roots = allowed_roots(self._state.workspace.path)
            inside = parent is not None and any(is_inside(parent, root) for root in roots)
            self._list(parent if inside else None)
            self._text.value = str(parent) if inside else ""
            return
        path = self._allowed(Path(value))
        self._text.value = str(path)
        if path.is_dir():
            self._list(path)


def _entries(folder: Path, files: tuple[str, ...]) -> list[tuple[str, Path]]:
    """Folders, then files of these endings; hidden ones left out."""
    try:
        with os.scandir(folder) as scan:
            entries = [e for e in scan if not e.name.startswith(".")]
    except OSError as error:
        raise UserError("core.file_unreadable", path=folder, reason=error.strerror or "") from error
    folders = sorted((e.name for e in entries if e.is_dir()), key=str.casefold)
    others = sorted(e.name for e in entries if e.name.lower().endswith(files) and e.is_file())
    listed = [(f"{n}/", folder / n) for n in folders] + [(n, folder / n) for n in others]
    return listed[:LISTED]
