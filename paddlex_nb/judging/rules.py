"""The rules that an evaluation is judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paddlex_nb.judging import of_data, of_model
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.judging.judgement import Remark

RULES: tuple[Callable[[Evidence], Iterator[Remark]], ...] = (
    of_model.nothing_found,
    of_model.one_class,
    of_data.untrained_classes,
    of_data.copies,
    of_data.too_small,
    of_model.by_heart,
    of_data.apart,
    of_data.too_few,
    of_model.training,
    of_model.random_weights,
    of_data.weak_class,
)
"""All rules, those first whose remarks weigh most."""
