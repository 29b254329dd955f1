"""Every answer that a test of the terminal sees is held against its schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cli.answer_check import check_answers


@pytest.fixture(scope="package", autouse=True)
def answers_fit_their_schemas() -> Iterator[None]:
    """An answer with a field that its schema does not name, or without one, fails its test."""
    with pytest.MonkeyPatch.context() as patch:
        check_answers(patch)
        yield
