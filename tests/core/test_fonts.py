"""Fonts that came after matplotlib's list of them are found."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager

from paddlex_nb.core import figure


def test_a_font_that_was_installed_since_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    new = "DejaVu Sans Mono"
    file = Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSansMono.ttf"
    manager = font_manager.fontManager
    monkeypatch.setattr(manager, "ttflist", [f for f in manager.ttflist if f.name != new])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(file)])
    monkeypatch.setattr(figure, "_FONTS", ["DejaVu Sans", new])
    monkeypatch.setattr(figure, "_FILES", ("dejavusansmono",))
    figure._look_for_fonts.cache_clear()
    assert figure.fonts() == ["DejaVu Sans", new]
    figure._look_for_fonts.cache_clear()
