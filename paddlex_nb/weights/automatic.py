"""The starting weights of whoever names none: published ones wherever they can be had."""

from __future__ import annotations

import msgspec

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.i18n import Message
from paddlex_nb.weights.published import Published, published_of
from paddlex_nb.weights.reachable import PATIENCE, reachable
from paddlex_nb.weights.starting import NONE


class Automatic(msgspec.Struct, frozen=True):
    """Starting weights that were chosen for the user.

    Attributes:
        weights: The name of published weights, or ``none``.
        reason: Why, and if it is ``none``, what that costs and what can be done.
        certain: Whether it is settled; not while a server's answer is awaited.
    """

    weights: str
    reason: Message
    certain: bool = True


def automatic(entry: ModelEntry, patience: float = PATIENCE) -> Automatic:
    """Choose the starting weights of a model.

    Published weights that are here, else those that can be downloaded, in the catalogue's order;
    random ones only if there are none.

    Args:
        entry: The model.
        patience: Seconds to wait for an answer of the server; see `reachable`.
    """
    known = published_of(entry)
    if not known:
        return Automatic(NONE, Message("weights.auto.unpublished", {"model": entry.name}))
    if here := next((one for one in known if one.file.is_file()), None):
        return Automatic(here.name, _reason("here", here))
    answers = [reachable(one.url, patience) for one in known]
    for one, answer in zip(known, answers, strict=True):
        if answer is None:  # a later one that can be had does not come before it
            return Automatic(NONE, _reason("asking", known[0]), certain=False)
        if answer:
            return Automatic(one.name, _reason("fetched", one))
    return Automatic(NONE, _reason("unreachable", known[0]))


def by_hand(reason: Message | None) -> Message | None:
    """How published weights are brought that cannot be downloaded, if that is the reason."""
    if reason is None or reason.key != "weights.auto.unreachable":
        return None
    return Message("weights.auto.by_hand", reason.values)


def _reason(key: str, one: Published) -> Message:
    told = {"model": one.model, "name": one.name, "url": one.url, "published": one.published_as}
    if one.part and key in {"here", "fetched"}:
        key = f"{key}_{one.part}"
    return Message(f"weights.auto.{key}", told)
