"""Writes the generated pages of the reference, as JSON: ``python docs/generate/pages.py en``.

A process for each language, since the help of commands is read when they are defined. The pages
hold nothing that is typed by hand: they come from the commands, the catalogue of parameters,
models and formats, and the texts that the package shows.
"""

from __future__ import annotations

import json
import sys

from paddlex_nb.core.i18n import set_language


def pages() -> dict[str, str]:
    """Markdown of each page in the language that was chosen, by its name."""
    import api_page
    import commands_page
    import findings_page
    import formats_page
    import models_page
    import params_page

    return {
        "api": api_page.page(),
        "commands": commands_page.page(),
        "findings": findings_page.page(),
        "formats": formats_page.page(),
        "models": models_page.page(),
        "parameters": params_page.page(),
    }


if __name__ == "__main__":
    set_language(sys.argv[1])
    sys.stdout.write(json.dumps(pages()))
