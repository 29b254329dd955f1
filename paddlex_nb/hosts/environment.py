"""Where this process runs, and which folders that host keeps."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from enum import Enum
from pathlib import Path


class Host(str, Enum):
    """The application that shows the output: JupyterLab, Voila, a terminal."""

    JUPYTERLAB = "jupyterlab"
    VOILA = "voila"
    COLAB = "colab"
    KAGGLE = "kaggle"
    AISTUDIO = "aistudio"
    TERMINAL = "terminal"

    def __str__(self) -> str:
        return self.value


def host() -> Host:
    """The host of this process.

    Hosted services come before the front end: what differs there (which folders last, which
    widget version) matters more than whether a kernel or a terminal asks.
    """
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return Host.VOILA
    if "COLAB_RELEASE_TAG" in os.environ or "google.colab" in sys.modules:
        return Host.COLAB
    if "KAGGLE_KERNEL_RUN_TYPE" in os.environ:
        return Host.KAGGLE
    if on_aistudio():
        return Host.AISTUDIO
    return Host.JUPYTERLAB if "ipykernel" in sys.modules else Host.TERMINAL


def on_aistudio() -> bool:
    """Whether this is a machine of AI Studio: its user is always called ``aistudio``."""
    return Path.home().name == "aistudio"


def persistent_folder() -> Path | None:
    """The one folder that outlives the session, on a host whose home does not."""
    home = Path.home()
    candidates = [Path("/content/drive/MyDrive"), Path("/kaggle/working")]
    if on_aistudio():
        candidates.insert(0, home / "work")
    return next((folder for folder in candidates if folder.is_dir()), None)


def user_name() -> str:
    """Who is logged in, as the machine calls them; ``user`` where it has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run under a number without a name
        return "user"


def host_name() -> str:
    """What this machine is called in its network."""
    return socket.gethostname()


def is_offline() -> bool:
    """Whether ``PADDLEX_NB_OFFLINE`` says that nothing is to be looked for in the network."""
    return os.environ.get("PADDLEX_NB_OFFLINE", "").lower() not in {"", "0", "false", "no"}


def default_workspace() -> Path:
    """The workspace folder when none is named.

    ``PADDLEX_NB_WORKSPACE``, else ``paddlex_nb_workspace`` in the folder that the host keeps,
    else in the home folder. It need not exist yet.
    """
    if named := os.environ.get("PADDLEX_NB_WORKSPACE"):
        return Path(named).expanduser().absolute()
    return (persistent_folder() or Path.home()) / "paddlex_nb_workspace"


def cache_dir() -> Path:
    """Where downloaded weights are kept, to be shared by all workspaces.

    ``PADDLEX_NB_CACHE``, else a folder beside the workspace on a host that forgets its home,
    else the user's cache folder. It need not exist yet.
    """
    if named := os.environ.get("PADDLEX_NB_CACHE"):
        return Path(named).expanduser().absolute()
    if folder := persistent_folder():
        return folder / "paddlex_nb_cache"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "paddlex_nb"


_ROOTS = "PADDLEX_NB_ROOTS"


def roots_are_named() -> bool:
    """Whether whoever set this up has said which folders the path picker may show."""
    return bool(os.environ.get(_ROOTS))


def allowed_roots(workspace: Path | None = None) -> list[Path]:
    """The folders that the path picker may show, links followed, without repeats.

    ``PADDLEX_NB_ROOTS`` (separated as in ``PATH``), else the home folder, the current one (unless
    that is the whole disk), the data folders of hosted services and the workspace.
    """
    if named := os.environ.get(_ROOTS):
        wanted = [Path(part).expanduser() for part in named.split(os.pathsep) if part]
    else:
        home, here = Path.home(), Path.cwd()
        wanted = [home, workspace or default_workspace()]
        if here != Path(here.anchor):
            wanted.insert(1, here)
        if on_aistudio():
            wanted.append(home / "data")
        wanted += [Path("/content/drive"), Path("/kaggle/input")]
    return list(dict.fromkeys(root.resolve() for root in wanted if root.is_dir()))
