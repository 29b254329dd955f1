"""What an update of a data set did, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paddlex_nb.core.i18n import Message, joined
from paddlex_nb.data.store.records import SPLITS


def update_sentences(result: Mapping[str, Any]) -> list[Message]:
    """What an update found, and what it changed in classes and splits, a sentence each.

    Args:
        result: The result of its job; one of an earlier version of this package says less.
    """
    key = "cli.dataset.updated_tiles" if result.get("tiles") else "cli.dataset.updated"
    sentences = [Message(key, {k: result[k] for k in ("added", "lost", "images")})]
    if "splits_before" not in result:
        return sentences
    added, emptied = result["classes_added"], result["classes_emptied"]
    if added or emptied:
        names = {"added": added, "gone": emptied}
        sentences.append(Message("data.updated.classes", names))
    else:
        sentences.append(Message("data.updated.same_classes", {"classes": len(result["classes"])}))
    before, after = result["splits_before"], result["splits"]
    parts = [
        Message(
            "data.updated.part",
            {
                "split": Message(f"data.split.{name}"),
                "before": f"{before[name]:,}",
                "after": f"{after[name]:,}",
            },
        )
        for name in SPLITS
    ]
    listed = joined(parts, "data.comma")
    return [*sentences, Message("data.updated.splits", {"parts": listed})]
