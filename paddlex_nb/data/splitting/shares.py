"""The shares of a division, where not all three are named."""

from __future__ import annotations

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.records import SPLITS, SplitPlan

_DIGITS = 6


def completed_shares(train: float | None, val: float | None, test: float | None) -> dict[str, float]:
    """The shares by split: those that are not named have what is left, as 0.7 to 0.2 to 0.1.

    A share that is out of its limits stays so: `check_plan` names it.

    Args:
        train: Share of the training images; None if it is not named.
        val: Share of the validation images; likewise.
        test: Share of the test images; likewise.

    Raises:
        UserError: Those that are named leave nothing for the others: together they are above 1.
    """
    named = dict(zip(SPLITS, (train, val, test), strict=True))
    shares = {name: share for name, share in named.items() if share is not None}
    others = [name for name in SPLITS if named[name] is None]
    if not others:
        return shares
    if not all(0 <= share <= 1 for share in shares.values()):
        return shares | {name: getattr(SplitPlan(), name) for name in others}  # refused anyway
    left = 1 - sum(shares.values())
    if left < -(10**-_DIGITS):
        raise UserError("data.split_sum", total=f"{1 - left:.6g}")
    plain = {name: getattr(SplitPlan(), name) for name in others}
    parts = sum(plain.values())
    shares |= {name: round(max(left, 0.0) * plain[name] / parts, _DIGITS) for name in others}
    last = others[-1]  # what rounding has cost
    shares[last] = round(max(1 - sum(shares[name] for name in SPLITS if name != last), 0.0), _DIGITS)
    return shares
