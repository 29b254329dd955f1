"""Dividing images."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.splitting.shares import completed_shares
from paddlex_nb.data.splitting.split import check_plan
from paddlex_nb.data.splitting.stratify import assign
from paddlex_nb.data.store.records import SplitPlan


def alone(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int32)


def by_class(classes: list[int], splits: np.ndarray) -> dict[int, list[int]]:
    return {
        c: [int(((np.array(classes) == c) & (splits == s)).sum()) for s in range(3)]
        for c in sorted(set(classes))
    }


def divide(
    classes: list[int], shares: tuple[float, ...] = (0.7, 0.2, 0.1), seed: int = 0
) -> np.ndarray:
    return assign([[c] for c in classes], alone(len(classes)), shares, seed)


def test_every_class_is_divided_exactly() -> None:
    classes = [0] * 70 + [1] * 100 + [2] * 30
    splits = divide(classes)
    assert by_class(classes, splits) == {0: [49, 14, 7], 1: [70, 20, 10], 2: [21, 6, 3]}


@pytest.mark.parametrize("shares", [(0.7, 0.2, 0.1), (0.6, 0.4, 0.0), (0.34, 0.33, 0.33)])
@pytest.mark.parametrize("trial", range(8))
def test_sums_are_exact_and_classes_within_one(shares: tuple[float, ...], trial: int) -> None:
    random = np.random.default_rng(trial)
    sizes = random.integers(12, 90, random.integers(2, 60))
    classes = np.repeat(np.arange(len(sizes)), sizes).tolist()
    splits = divide(classes, shares, trial)
    total = np.bincount(splits, minlength=3)
    assert total.sum() == len(classes)
    assert np.abs(total - np.array(shares) * len(classes)).max() < 1
    for number, parts in by_class(classes, splits).items():
        assert np.abs(np.array(parts) - np.array(shares) * sizes[number]).max() < 1.5


def test_the_seed_decides() -> None:
    classes = [0, 1] * 50
    assert (divide(classes) == divide(classes)).all()
    assert (divide(classes) != divide(classes, seed=1)).any()


@pytest.mark.parametrize("shares", [(0.7, 0.2, 0.1), (0.98, 0.01, 0.01), (0.1, 0.1, 0.8)])
def test_small_classes_have_train_and_val(shares: tuple[float, ...]) -> None:
    classes = [0] + [1] * 2 + [2] * 3 + [3] * 4 + [4] * 60
    parts = by_class(classes, divide(classes, shares))
    assert parts[0] == [1, 0, 0]
    assert parts[1] == [1, 1, 0]
    assert all(p[0] >= 1 and p[1] >= 1 for p in (parts[2], parts[3], parts[4]))


def test_copies_stay_together() -> None:
    random = np.random.default_rng(0)
    classes = random.integers(0, 4, 400).tolist()
    groups = alone(400)
    for first in range(0, 200, 4):
        groups[first : first + random.integers(2, 5)] = first
    splits = assign([[c] for c in classes], groups, (0.7, 0.2, 0.1), 3)
    for group in np.unique(groups):
        assert len(set(splits[groups == group].tolist())) == 1
    assert np.abs(np.bincount(splits) - [280, 80, 40]).max() <= 4


def test_images_of_several_classes_are_divided_alike() -> None:
    random = np.random.default_rng(0)
    odds = [0.8, 0.5, 0.2, 0.05, 0.01]
    present = [[c for c, p in enumerate(odds) if random.random() < p] for _ in range(1000)]
    splits = assign(present, alone(1000), (0.7, 0.2, 0.1), 0)
    assert np.bincount(splits).tolist() == [700, 200, 100]
    for number in range(len(odds)):
        having = np.array([number in p for p in present])
        parts = np.bincount(splits[having], minlength=3)
        assert np.abs(parts - having.sum() * np.array([0.7, 0.2, 0.1])).max() <= 3
        assert parts[0] >= 1
        assert parts[1] >= 1


def test_images_without_labels_are_divided_too() -> None:
    splits = assign([[]] * 10, alone(10), (0.7, 0.2, 0.1), 0)
    assert np.bincount(splits).tolist() == [7, 2, 1]
    assert sorted(assign([[]] * 2, alone(2), (0.9, 0.1, 0.0), 0).tolist()) == [0, 1]


def test_many_classes_do_not_take_long() -> None:
    classes = np.repeat(np.arange(4_000), 5).tolist()
    parts = np.bincount(divide(classes), minlength=3)
    assert parts.sum() == 20_000
    assert parts.min() > 0


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (SplitPlan(0.7, 0.2, 0.2), "data.split_sum"),
        (SplitPlan(0.7, 0.2, 0.0999), "data.split_sum"),
        (SplitPlan(0.0, 0.9, 0.1), "data.split_share"),
        (SplitPlan(0.9, 0.0, 0.1), "data.split_share"),
        (SplitPlan(1.1, -0.2, 0.1), "data.split_share"),
        (SplitPlan(0.7, 0.4, -0.1), "data.split_share_test"),
        (SplitPlan(float("nan"), 0.2, 0.1), "data.split_share"),
    ],
)
def test_wrong_shares_are_refused(plan: SplitPlan, code: str) -> None:
    with pytest.raises(UserError) as error:
        check_plan(plan)
    assert error.value.code == code


def test_shares_may_be_a_hair_off() -> None:
    check_plan(SplitPlan(0.7, 0.2, 0.1 + 1e-9))
    check_plan(SplitPlan(1 / 3, 2 / 3, 0.0))


@pytest.mark.parametrize(
    ("named", "shares"),
    [
        ((None, None, None), (0.7, 0.2, 0.1)),
        ((0.5, 0.5, None), (0.5, 0.5, 0.0)),
        ((0.6, None, 0.2), (0.6, 0.2, 0.2)),
        ((0.7, None, None), (0.7, 0.2, 0.1)),
        ((None, None, 0.0), (0.777778, 0.222222, 0.0)),
        ((0.1, 0.2, 0.3), (0.1, 0.2, 0.3)),  # all named: for `check_plan` to refuse
    ],
)
def test_shares_that_are_not_named_have_what_is_left(
    named: tuple[float | None, ...], shares: tuple[float, ...]
) -> None:
    completed = completed_shares(*named)
    assert completed == pytest.approx(shares)
    if None in named:
        check_plan(SplitPlan(*completed))


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ((0.9, 0.2, None), "add up to 1.1:"),
        ((1.0, None, None), "share of the training set is 1:"),
        ((None, float("nan"), None), "share of the validation set is nan:"),
        ((None, None, -0.1), "share of the test set is -0.1:"),
    ],
)
def test_named_shares_that_leave_nothing_are_refused(
    named: tuple[float | None, ...], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        check_plan(SplitPlan(*completed_shares(*named)))


@pytest.mark.parametrize("classes_of", [lambda i: [i], lambda i: [2 * i, 2 * i + 1]])
@pytest.mark.parametrize("count", [2, 10])
def test_val_has_an_image_even_if_every_class_has_only_one(
    classes_of: Callable[[int], list[int]], count: int
) -> None:
    present = [classes_of(i) for i in range(count)]
    splits = assign(present, alone(count), (0.2, 0.8, 0.0), 0)
    assert np.bincount(splits, minlength=3).tolist() == [count - 1, 1, 0]
