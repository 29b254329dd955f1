"""Where a user was last, kept in the workspace: a page that is loaded anew has a new kernel."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.names import slug
from paddlex_nb.hosts.environment import user_name
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.workspace import Workspace


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a user was last: step, data set, run, language.

    Attributes:
        step: The step that was open.
        dataset: Id of the data set, or empty.
        run: Id of the run, or empty.
        language: The language chosen on the page, or empty.
        instead_of: The language that it was chosen over.
    """

    step: Step = Step.DATA
    dataset: str = ""
    run: str = ""
    language: str = ""
    instead_of: str = ""


def last_session(workspace: Workspace) -> Session:
    """Where this user was last; the beginning if that is not known."""
    try:
        return read_json(_file(workspace), Session)
    except UserError:
        return Session()


def save_session(workspace: Workspace, session: Session) -> None:
    """Keep where this user is, if the workspace may be written."""
    with suppress(UserError, OSError):
        write_json(_file(workspace), session)


def _file(workspace: Workspace) -> Path:
    return WorkspaceFolder(workspace.path).session(slug(user_name()))
