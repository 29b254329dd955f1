"""Whether all that label files say of objects is kept."""

from __future__ import annotations

import numpy as np

from paddlex_nb.data.checks.objects import tell
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import LONGEST_NAME, LONGEST_VALUE, MOST
from paddlex_nb.data.store.object_table import ObjectTable


def check_attributes(draft: Draft, objects: ObjectTable, report: Report) -> None:
    """Report once that objects have attributes that were cut or left out, with the first of them.

    Args:
        draft: The data set.
        objects: Its objects.
        report: Told of it.
    """
    if not objects.attributes.cut:
        return
    rows = np.flatnonzero(np.isin(objects.attributes.which, list(objects.attributes.cut)))
    if len(rows):
        limits = {"most": MOST, "name": LONGEST_NAME, "text": LONGEST_VALUE}
        first = int(rows[0])
        tell(report.warning, "attributes_cut", draft, objects, first, count=len(rows), **limits)
