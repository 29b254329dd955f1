"""The shares of the splits, where not all three are named."""

from __future__ import annotations

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.records import SPLITS, SplitPlan

_DIGITS = 6


def completed_shares(
    train: float | None, val: float | None, test: float | None
) -> tuple[float, float, float]:
    """All three shares: those that are not named have what is left, as 0.7 to 0.2 to 0.1.

    A share that is out of its limits stays so: `check_plan` names it.

    Args:
        train: Share of the training images; None if it is not named.
        val: Share of the validation images; likewise.
        test: Share of the test images; likewise.

    Raises:
        UserError: Those that are named leave nothing for the others: together they are above 1.
    """
    shares = dict(zip(SPLITS, (train, val, test), strict=True))
    named = {name: share for name, share in shares.items() if share is not None}
    others = {name: float(getattr(SplitPlan(), name)) for name in SPLITS if name not in named}
    if others and all(0 <= share <= 1 for share in named.values()):
        left = 1 - sum(named.values())
        if left < -(10**-_DIGITS):
            raise UserError("data.split_sum", total=f"{1 - left:.6g}")
        total = sum(others.values())
        others = {n: round(max(left, 0.0) * part / total, _DIGITS) for n, part in others.items()}
    completed = named | others
    return completed["train"], completed["val"], completed["test"]
