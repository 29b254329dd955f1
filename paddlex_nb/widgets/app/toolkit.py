"""The small pieces that pages are built of.

Whatever comes from data (names, paths, messages) goes through `esc`; only this package's own
markup is written as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TypeVar

import ipywidgets as w

from paddlex_nb.widgets.app.compat import NO_TOOLTIP, close_tree

W = TypeVar("W", bound=w.DOMWidget)


def esc(value: object) -> str:
    """Text as text, whatever it contains."""
    return escape(str(value))


def styled(widget: W, *classes: str) -> W:
    """``widget`` with the package's CSS classes ``pxnb-<class>``."""
    # not add_class, which is a message for each: a page has a hundred of them
    widget._dom_classes = tuple(dict.fromkeys((*widget._dom_classes, *_names(classes))))
    return widget


def _names(classes: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"pxnb-{name}" for name in classes)


def html(markup: str, *classes: str) -> w.HTML:
    """A widget that shows HTML of our own; user text in it must be escaped."""
    return w.HTML(markup, _dom_classes=_names(["html", *classes]), **NO_TOOLTIP)


def text(value: object, *classes: str) -> w.HTML:
    """A paragraph of plain text."""
    return html(f"<p>{esc(value)}</p>" if str(value) else "", *classes)


def column(*children: w.Widget, classes: Sequence[str] = ()) -> w.Box:
    """Widgets below each other."""
    return w.Box(children, _dom_classes=_names(["column", *classes]))


def row(*children: w.Widget, classes: Sequence[str] = ()) -> w.Box:
    """Widgets beside each other, wrapping where there is no room."""
    return w.Box(children, _dom_classes=_names(["row", *classes]))


def card(title: str, *children: w.Widget, classes: Sequence[str] = ()) -> w.Box:
    """A framed part of a page with a heading."""
    head = [html(f"<h3>{esc(title)}</h3>")] if title else []
    return column(*head, *children, classes=["card", *classes])


def button(
    label: str,
    on_click: Callable[[], None],
    *classes: str,
    tooltip: str = "",
    disabled: bool = False,
) -> w.Button:
    """A button; ``primary`` (one a page), ``danger`` and ``quiet`` among the classes."""
    widget = w.Button(
        description=label,
        tooltip=tooltip or label,
        disabled=disabled,
        _dom_classes=_names(["button", *classes]),
    )
    widget.on_click(lambda _: on_click())
    return widget


def progress_bar(label: str, fraction: float | None, note: str = "") -> str:
    """Markup of a progress bar; without a fraction it only shows that something goes on."""
    width = "" if fraction is None else f' style="width:{100 * min(fraction, 1):.1f}%"'
    kind = "" if fraction is not None else " pxnb-unknown"
    value = "" if fraction is None else f' aria-valuenow="{100 * fraction:.0f}"'
    return (
        f'<div class="pxnb-progress-head"><span>{esc(label)}</span><span>{esc(note)}</span></div>'
        f'<div class="pxnb-progress{kind}" role="progressbar"{value} aria-label="{esc(label)}">'
        f"<div{width}></div></div>"
    )


def data_table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers_from: int = 1,
    foot: Sequence[str] = (),
    scrolls: bool = False,
) -> str:
    """Markup of a table; cells are markup, so escape what comes from data.

    Args:
        head: Column headings, as plain text.
        rows: Cells.
        numbers_from: First column that is aligned as numbers.
        foot: Cells of a last row that sums up.
        scrolls: Whether it is higher than its place, so that keys must reach it.
    """

    def line(cells: Sequence[str], tag: str) -> str:
        row = (
            f"<{tag}{' class=pxnb-number' if i >= numbers_from else ''}>{cell}</{tag}>"
            for i, cell in enumerate(cells)
        )
        return f"<tr>{''.join(row)}</tr>"

    body = "".join(line(cells, "td") for cells in rows)
    focus = ' tabindex="0"' if scrolls else ""
    tail = f"<tfoot>{line(foot, 'td')}</tfoot>" if foot else ""
    return (
        f'<div class="pxnb-scroll"{focus}><table class="pxnb-table">'
        f"<thead>{line([esc(h) for h in head], 'th')}</thead><tbody>{body}</tbody>{tail}"
        "</table></div>"
    )


def bar(fraction: float, color: str = "") -> str:
    """Markup of a small bar inside a table cell; ``fraction`` is between 0 and 1."""
    style = f"width:{100 * min(max(fraction, 0), 1):.1f}%" + (
        f";background:{color}" if color else ""
    )
    return f'<span class="pxnb-bar"><span style="{style}"></span></span>'


def number(value: float, digits: int = 3) -> str:
    """A figure with sensible digits."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.{digits}f}"


def replace_children(box: w.Box, *children: w.Widget) -> None:
    """Show other children in a box and close those that go."""
    old = box.children
    box.children = children
    for child in old:
        if child not in children:
            close_tree(child)
