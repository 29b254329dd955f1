"""YAML that others wrote: as texts, lists and mappings, and never larger than the file is.

An alias stands for a part that was written before. Aliases of aliases let a few hundred bytes
stand for more than any memory holds, so what they stand for is counted like what is written out.
"""

from __future__ import annotations

from typing import TypeAlias

import yaml

Yaml: TypeAlias = "str | list[Yaml] | dict[str, Yaml]"

MAX_NODES = 200_000
"""Texts, lists and mappings, those that aliases stand for included."""

_LONG = 32
"""Characters that count as one more node."""

MAX_DEPTH = 32
"""Lists and mappings within each other."""


def read_yaml(text: str) -> Yaml:
    """The first document of a YAML text; scalars stay texts, as they are written.

    Nothing is taken for a number, a date or a truth value: a class may be called ``no``.

    Raises:
        ValueError: It is no YAML, nests deeper than `MAX_DEPTH` or has more than `MAX_NODES`
            nodes; says where.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            builder.take(event)
            if isinstance(event, yaml.DocumentEndEvent):
                break
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    return builder.document


class _Builder:
    """Makes a document of the events of its parsing, without recursion.

    Attributes:
        document: What has been read; an empty text if there is nothing.
    """

    def __init__(self) -> None:
        self.document: Yaml = ""
        self._open: list[tuple[Yaml, str, int]] = []  # with its anchor and the nodes before it
        self._keys: list[Yaml | None] = []
        self._anchors: dict[str, tuple[Yaml, int]] = {}
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        """Take in the next event."""
        anchor = getattr(event, "anchor", None) or ""
        if isinstance(event, yaml.ScalarEvent):
            nodes = 1 + len(event.value) // _LONG  # a long text is as dear as many entries
            self._count(nodes, event)
            self._named(anchor, event.value, nodes)
            self._put(event.value, event)
        elif isinstance(event, yaml.AliasEvent):
            if anchor not in self._anchors:  # of nothing, or of a part that is still open
                raise ValueError(f"*{anchor} stands for nothing{_place(event)}")
            value, nodes = self._anchors[anchor]
            self._count(nodes, event)
            self._put(value, event)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            if len(self._open) >= MAX_DEPTH:
                raise ValueError(f"nested more than {MAX_DEPTH} deep{_place(event)}")
            value = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            self._open.append((value, anchor, self._nodes))
            self._keys.append(None)
            self._count(1, event)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            value, anchor, before = self._open.pop()
            self._keys.pop()
            self._named(anchor, value, self._nodes - before)
            self._put(value, event)

    def _count(self, nodes: int, event: yaml.Event) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise ValueError(f"more than {MAX_NODES:,} entries, aliases included{_place(event)}")

    def _named(self, anchor: str, value: Yaml, nodes: int) -> None:
        if anchor:
            self._anchors[anchor] = value, nodes

    def _put(self, value: Yaml, event: yaml.Event) -> None:
        """Put a finished part where it belongs: into what is open, as a key or as its value."""
        if not self._open:
            self.document = value
            return
        parent = self._open[-1][0]
        if isinstance(parent, list):
            parent.append(value)
        elif isinstance(parent, dict):
            key = self._keys[-1]
            if key is None and not isinstance(value, str):
                raise ValueError(f"a key is no text{_place(event)}")
            if isinstance(key, str):
                parent[key], self._keys[-1] = value, None
            else:
                self._keys[-1] = value


def _place(event: yaml.Event) -> str:
    mark = getattr(event, "start_mark", None)
    return "" if mark is None else f" (line {mark.line + 1})"
