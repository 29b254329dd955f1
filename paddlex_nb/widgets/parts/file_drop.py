"""Files of the user's: chosen, dropped or pasted in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ipywidgets
import traitlets

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.app.compat import clear_upload, uploaded_files
from paddlex_nb.widgets.parts.base import Part, StandIn


@dataclass(frozen=True)
class Slice:
    """A part of a file, as the browser sends it: nothing of it can be believed.

    Attributes:
        file: Which file it belongs to, by a name that the browser has made up.
        name: What the user calls the file.
        size: Bytes of the whole file.
        offset: Where the slice begins.
        data: Its bytes.
    """

    file: str
    name: str
    size: int
    offset: int
    data: bytes


class Receiver(Protocol):
    """Who gets the files."""

    def take(self, one: Slice) -> None:
        """Keep a slice, and answer it by `FileDrop.answer`."""

    def complete(self) -> None:
        """All files that were sent together have come."""

    def give_up(self) -> None:
        """One of them could not be sent; forget the others too."""


class FileDrop(Part):
    """A place for files: to choose them, to drop them on it, to paste them.

    They come in slices, so that neither the host's limit for a message nor memory bounds their
    size; each slice waits for the answer to the one before.

    Args:
        receiver: Who gets the files.
        **traits: See below.

    Attributes:
        accept: Endings that file names may have, in lower case.
        multiple: Whether several files may come at once.
    """

    bundle = "file_drop"
    text_keys = ("drop_choose", "drop_failed", "drop_hint", "drop_progress", "drop_refused")

    accept = traitlets.List(traitlets.Unicode()).tag(sync=True)
    multiple = traitlets.Bool().tag(sync=True)

    def __init__(self, receiver: Receiver, **traits: Any) -> None:
        self.receiver = receiver
        super().__init__(**traits)

    def receive_data(self, message: dict[str, Any], buffers: Sequence[Any]) -> None:
        """Hand on what the front end sends."""
        match message:
            case {
                "kind": "slice",
                "file": str(file),
                "name": str(name),
                "size": int(size),
                "offset": int(offset),
            } if len(buffers) == 1:
                self.receiver.take(Slice(file, name, size, offset, bytes(buffers[0])))
            case {"kind": "done"}:
                self.receiver.complete()
            case {"kind": "given_up"}:
                self.receiver.give_up()

    def answer(self, file: str, have: int | None) -> None:
        """Say how much of a file has been kept.

        Args:
            file: Which file, as its slices name it.
            have: Bytes; None if no more of it is wanted.
        """
        kind = "refused" if have is None else "have"
        self.send({"kind": kind, "file": file, "offset": have or 0})

    def stand_in(self) -> StandIn:
        """The upload button of core ipywidgets."""
        return _UploadButton(self)


class _UploadButton:
    def __init__(self, part: FileDrop) -> None:
        self._part = part
        self.widget: ipywidgets.Widget = ipywidgets.FileUpload(
            accept=",".join(part.accept),
            multiple=part.multiple,
            description=tr("parts.drop_choose"),
            _dom_classes=("pxnb-button", "pxnb-upload"),
        )
        self.widget.observe(self._arrived, "value")

    def refresh(self, now: float) -> None:
        """Nothing changes."""

    def _arrived(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        for number, file in enumerate(uploaded_files(self.widget)):
            whole = Slice(str(number), file.name, len(file.content), 0, file.content)
            self._part.receiver.take(whole)
        clear_upload(self.widget)
        self._part.receiver.complete()
