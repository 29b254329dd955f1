"""What a model can be exported to: said before training, checked before an export."""

from __future__ import annotations

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import instead

FORMATS = ("inference", "onnx")


def export_limits(entry: ModelEntry) -> Message | None:
    """What to know before training the model; None if it can be exported to everything."""
    if not entry.exports:
        return Message("export.never_of_model", {"model": entry.name})
    if set(entry.exports) != set(FORMATS):
        possible = [*entry.exports]
        return Message("export.partly_of_model", {"model": entry.name, "possible": possible})
    return None


def check_export(entry: ModelEntry, to: str) -> None:
    """Refuse what a model cannot be exported to.

    Raises:
        UserError: It cannot, or there is no such format; says what can be done.
    """
    if to not in FORMATS:
        raise UserError("export.unknown_format", to=to, known=instead(to, FORMATS))
    if to in entry.exports:
        return
    if not entry.exports:
        raise UserError("export.never_of_model", model=entry.name)
    raise UserError("export.not_of_model", model=entry.name, to=to, possible=entry.exports)
