"""What the section of slices takes over from the preview page."""

from __future__ import annotations

from paddlex_nb.data.explore import Query
from paddlex_nb.widgets.pages.evaluation.slices import preview_query


def test_the_query_of_the_preview_page_is_a_slice() -> None:
    asked = Query(text="night", sort="area", descending=True)
    assert list(preview_query(asked).values()) == [asked]


def test_another_order_of_all_images_is_none() -> None:
    assert preview_query(Query()) == {}
    assert preview_query(Query(sort="area", descending=True)) == {}
