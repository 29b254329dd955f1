"""Which epoch is the best: what is kept, evaluated and exported."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from paddlex_nb.runs.checkpoint import CheckpointInfo


def with_best(
    state: CheckpointInfo, epoch: int, metrics: Mapping[str, float | None], loss: float
) -> CheckpointInfo:
    """The state of the best checkpoint after an epoch was evaluated.

    The higher main metric wins. Where it is equal (0 in every epoch, or 1 on a handful of images),
    the lower loss wins, on the validation images if the task measures it there, and else the later
    epoch: it has learnt more. A main metric that is undefined tells no epoch from another, so the
    last one is the best.

    Args:
        state: How it stood before.
        epoch: Number of the epoch.
        metrics: Its validation metrics, the main one first.
        loss: Its mean training loss.

    Returns:
        ``state`` itself if the epoch is not the best.
    """
    value = next(iter(metrics.values()))
    judged = metrics.get("loss")
    loss = loss if judged is None else judged
    best = state.best_value
    if value is None:
        if best is not None:
            return state
        return replace(state, best_epoch=epoch, best_loss=loss)
    if best is None or value > best:
        return replace(
            state, best_value=value, best_epoch=epoch, best_loss=loss, improved_epoch=epoch
        )
    if value == best and (state.best_loss is None or loss <= state.best_loss):
        return replace(state, best_epoch=epoch, best_loss=loss)
    return state
