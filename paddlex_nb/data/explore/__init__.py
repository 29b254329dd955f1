"""Finding images of a data set: by what is known about them, quickly, a million boxes or not."""

from paddlex_nb.data.explore.histograms import Bars, Histogram, cells, class_bars, pairs, split_bars
from paddlex_nb.data.explore.query import (
    IMAGE_QUANTITIES,
    OBJECT_QUANTITIES,
    SORTS,
    LeftOut,
    Match,
    Query,
)
from paddlex_nb.data.explore.search import Catalogue

__all__ = [
    "IMAGE_QUANTITIES",
    "OBJECT_QUANTITIES",
    "SORTS",
    "Bars",
    "Catalogue",
    "Histogram",
    "LeftOut",
    "Match",
    "Query",
    "cells",
    "class_bars",
    "pairs",
    "split_bars",
]
