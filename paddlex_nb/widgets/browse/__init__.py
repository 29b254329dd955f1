"""Looking through a data set: filters, the grid, what is done with chosen images, plots."""

from paddlex_nb.widgets.browse.browser import Browser

__all__ = ["Browser"]
