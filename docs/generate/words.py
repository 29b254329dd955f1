"""The few words that the generated pages need and the package's catalogue does not have."""

from __future__ import annotations

from paddlex_nb.core.i18n import language

_WORDS = {
    "option": ("Option", "选项"),
    "format": ("Format", "格式"),
    "name": ("Name", "名称"),
    "looks_like": ("What it looks like", "样式"),
    "written": ("Written too", "可写出"),
    "yes": ("yes", "是"),
    "tasks": ("Only for", "仅用于"),
    "fix": ("Fix it in the workspace", "在工作区中修复"),
    "unit": (" ({unit})", "（{unit}）"),
    "colon": (": ", "："),
    "comma": (", ", "、"),
}


def word(key: str) -> str:
    """A word in the current language."""
    english, chinese = _WORDS[key]
    return chinese if language() == "zh_CN" else english
