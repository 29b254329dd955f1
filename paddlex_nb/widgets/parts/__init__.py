"""The widgets with a front end of their own, and their stand-ins."""

from paddlex_nb.widgets.parts.base import Part
from paddlex_nb.widgets.parts.fallback import Hosted
from paddlex_nb.widgets.parts.file_drop import FileDrop
from paddlex_nb.widgets.parts.image_grid import ImageGrid
from paddlex_nb.widgets.parts.line_chart import LineChart, Series
from paddlex_nb.widgets.parts.matrix_view import MatrixView
from paddlex_nb.widgets.parts.pictures import Correction, Layer, Pictures, Shape, Tile
from paddlex_nb.widgets.parts.record_table import Cell, Column, RecordTable, Row
from paddlex_nb.widgets.parts.run_tools import RunTools
from paddlex_nb.widgets.parts.stat_plot import StatPlot

__all__ = [
    "Cell",
    "Column",
    "Correction",
    "FileDrop",
    "Hosted",
    "ImageGrid",
    "Layer",
    "LineChart",
    "MatrixView",
    "Part",
    "Pictures",
    "RecordTable",
    "Row",
    "RunTools",
    "Series",
    "Shape",
    "StatPlot",
    "Tile",
]
