"""What axe finds wrong for people who use a keyboard or a screen reader."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from browser.servers import REPOSITORY

SCRIPT = REPOSITORY / "paddlex_nb/widgets/frontend/node_modules/axe-core/axe.min.js"

_OPTIONS = {"resultTypes": ["violations"]}
"""Every rule is tried; only what is wrong is described."""


def violations(page: Page, scope: str = ".pxnb-wizard") -> list[str]:
    """Serious and critical violations below an element, a line each.

    Without the handles of ipywidgets' own sliders, which have no name and no way to get one; the
    number beside each slider can be typed.
    """
    if not page.evaluate("() => 'axe' in window"):
        # not add_script_tag: a loader of modules in the page would take the script for its own
        page.evaluate(f"() => {{ const define = undefined; {SCRIPT.read_text('utf-8')} }}")
    result: dict[str, Any] = page.evaluate(
        "([context, options]) => window.axe.run(context, options)",
        [{"include": [scope], "exclude": [".noUi-handle"]}, _OPTIONS],
    )
    return [
        f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for one in result["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
