"""YAML of others: small files stay small, whatever their aliases stand for."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest

from paddlex_nb.data.formats.yaml_files import read_yaml


def bomb(levels: int, width: int = 9) -> str:
    names = [f"a{number}" for number in range(levels)]
    lines = [f"a0: &a0 [{', '.join('x' * width)}]"]
    for before, name in itertools.pairwise(names):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * width)}]")
    return "\n".join([*lines, f"names: *{names[-1]}", ""])


@pytest.mark.parametrize(
    "text",
    [
        bomb(9),
        bomb(30),
        "a: &a " + "x" * 100_000 + "\nnames: [" + "*a," * 5000 + "]",
        "[" * 100_000,
        "- " * 5000 + "x",
        "a: &a [*a]",
        "? [a]\n: b",
        "names: [*nothing]",
        "a: b: c",
    ],
    ids=lambda text: f"{text[:12]}-{len(text)}",
)
def test_hostile_texts_are_refused_in_little_memory(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"."):
            read_yaml(text)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_harmless_aliases_are_followed() -> None:
    text = "train: &t images/train\nval: *t\ntest:\nnames: &n {0: no, 1: 猫}\nagain: *n\n"
    names = {"0": "no", "1": "猫"}
    said = {"train": "images/train", "val": "images/train", "test": ""}
    assert read_yaml(text) == {**said, "names": names, "again": names}
    assert read_yaml("") == ""
    assert read_yaml("x: !!python/object/apply:os.system [ls]") == {"x": ["ls"]}
