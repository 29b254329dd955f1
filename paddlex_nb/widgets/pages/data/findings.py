"""Findings as a list ranked by harm: what they are, the images concerned, what fixes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.checks.groups import FindingGroup, finding_groups
from paddlex_nb.data.edits.fixes import OF_SPLIT, OF_TILES, Fix, fixes, settled
from paddlex_nb.data.source.encoding import ENCODINGS
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, column, esc, html, replace_children, row, styled
from paddlex_nb.widgets.images.dataset_images import DatasetPictures
from paddlex_nb.widgets.images.layers import uncoloured
from paddlex_nb.widgets.pages.data.again import tile_for
from paddlex_nb.widgets.pages.data.edits import change_lines
from paddlex_nb.widgets.pages.data.report import report_link
from paddlex_nb.widgets.parts import Hosted, ImageGrid

_OF_ENCODING = {"text_encoding", "xml_encoding"}
"""Findings that reading again in the right encoding fixes."""


class FindingsPanel:
    """The findings of a data set, a line each kind; a click opens what is behind it.

    Args:
        dataset: A data set that is ready.
        do: Has work done on the event loop.
        executor: Runs the grids' providers.
        changed: Told after a fix was made or taken back.
        divide: Opens the page where the data set is divided.
        reread: Imports the data set again, its text in another encoding.
        in_tiles: Imports it again in tiles of a size in pixels, as typed.

    Attributes:
        widget: What to show.
        settled: How many findings of each severity are dealt with.
    """

    def __init__(
        self,
        dataset: Dataset,
        do: Callable[[Call], None],
        executor: Callable[[Call], None],
        changed: Callable[[], None],
        divide: Callable[[], None],
        reread: Callable[[str], None],
        in_tiles: Callable[[str], None],
    ) -> None:
        self._divide, self._reread, self._in_tiles = divide, reread, in_tiles
        self._dataset, self._do, self._executor = dataset, do, executor
        self._changed = changed
        self._hosted: list[Hosted] = []
        self._report = html("")
        findings = dataset.findings()
        groups = finding_groups(dataset.folder, findings)
        offered = fixes(dataset.folder, findings)
        self._settled = settled(dataset.record, offered)
        self.settled = Counter(f.severity for f in findings if f.code in self._settled)
        lines = [self._line(group, offered.get(group.code)) for group in groups]
        if not groups:
            lines = [html(f'<p class="pxnb-clean">✓ {esc(tr("wizard.data.clean"))}</p>')]
        report = button(tr("wizard.data.report"), lambda: do(self._offer), "quiet", "report")
        foot = row(report, self._report)
        foot.layout.display = "" if groups else "none"
        fixed = {fix.made for fix in offered.values()}
        others = change_lines(dataset, fixed, self._undo)
        self.widget = column(*lines, *others, foot, classes=["findings"])

    def tick(self, now: float) -> None:
        """Let the grids' stand-ins come in where they are needed."""
        for hosted in self._hosted:
            hosted.tick(now)

    def _line(self, group: FindingGroup, fix: Fix | None) -> w.Widget:
        title = tr(f"findings.{group.code}.title")
        badge = f'<span class="pxnb-badge pxnb-{group.severity}">{_severity(group)}</span>'
        count = f'<span class="pxnb-count">{group.count:,}</span>'
        html_text = f'<p class="pxnb-finding-head">{badge}<b>{esc(title)}</b>{count}</p>'
        inside = styled(w.Box(), "column", "finding-inside")
        show = button(tr("wizard.data.show"), lambda: self._do(toggle), "quiet", "show")

        def toggle() -> None:
            closed = not inside.children
            replace_children(inside, *(self._inside(group) if closed else ()))
            show.description = tr("wizard.data.hide" if closed else "wizard.data.show")
            show.tooltip = f"{show.description}: {title}"

        show.tooltip = f"{show.description}: {title}"
        actions = self._actions(group, fix)
        line = row(html(html_text, "grow"), *actions, show, classes=["finding-line"])
        return column(line, inside, classes=["finding"])

    def _actions(self, group: FindingGroup, fix: Fix | None) -> list[w.Widget]:
        """The button that fixes, or that takes it back."""
        code = group.code
        done = html(f'<span class="pxnb-clean">✓ {esc(tr("wizard.data.fixed"))}</span>')
        if code in OF_SPLIT:
            if code in self._settled:
                return [done]
            return [button(tr("wizard.data.divide"), lambda: self._do(self._divide), "divide")]
        if code in _OF_ENCODING:
            return self._encodings()
        if code in OF_TILES and self._dataset.record.tiles is None:
            return self._tiles(tile_for(group.first[0]))
        if fix is None:
            return []
        what = fix.message.text()
        if fix.made:
            undo = button(tr("wizard.undo"), lambda: self._undo(fix.made), "undo")
            return [done, undo]
        make = button(what, lambda: self._do(lambda: self._fix(fix.code)), "fix")
        return [make]

    def _encodings(self) -> list[w.Widget]:
        options = [(tr("wizard.data.encoding"), "")]
        options += [(label, name) for name, label in ENCODINGS.items()]
        choice = styled(w.Dropdown(options=options), "field", "encoding")

        def again() -> None:
            if choice.value:
                self._reread(choice.value)

        return [choice, button(tr("wizard.data.reread"), lambda: self._do(again), "reread")]

    def _tiles(self, size: int) -> list[w.Widget]:
        label = tr("wizard.tiles.tile")
        chosen = styled(w.Text(value=str(size), description=label), "field", "tile-again")

        def again() -> None:
            self._in_tiles(chosen.value)

        return [chosen, button(tr("wizard.tiles.again"), lambda: self._do(again), "in-tiles")]

    def _inside(self, group: FindingGroup) -> list[w.Widget]:
        """The first findings in words, what to do, and the images."""
        items = "".join(f"<li>{esc(f.message)}</li>" for f in group.first)
        if (more := group.count - len(group.first)) > 0:
            items += f"<li class=pxnb-muted>{esc(tr('wizard.data.more', count=f'{more:,}'))}</li>"
        advice = group.first[0].advice
        todo = f'<p class="pxnb-fix">→ {esc(advice)}</p>' if advice else ""
        parts: list[w.Widget] = [html(f"<ul>{items}</ul>{todo}")]
        if group.pictures:
            parts.append(self._grid(group.pictures))
        return parts

    def _grid(self, images: list[int]) -> w.Widget:
        dataset = self._dataset
        grid = ImageGrid(
            DatasetPictures(dataset, images),
            dataset.classes,
            uncoloured=uncoloured(dataset.record.task, dataset.classes),
            executor=self._executor,
        )
        hosted = styled(Hosted(grid), "grid-box")
        self._hosted.append(hosted)
        return hosted

    def _fix(self, code: str) -> None:
        self._dataset.edits.fix(code)
        self._changed()

    def _undo(self, number: int) -> None:
        def back() -> None:
            self._dataset.edits.undo(number)
            self._changed()

        self._do(back)

    def _offer(self) -> None:
        """Put a link to the report there; it travels only when it is asked for."""
        self._report.value = report_link(self._dataset)


def _severity(group: FindingGroup) -> str:
    return esc(tr(f"findings.severity.{group.severity}"))
