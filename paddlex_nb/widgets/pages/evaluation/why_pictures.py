"""Explained images as markup: each beside itself with the heat over it."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.thumbnails.making import thumbnail
from paddlex_nb.results.explanation import Explanation, reading
from paddlex_nb.runs.origin import staleness
from paddlex_nb.widgets.app.toolkit import esc
from paddlex_nb.widgets.pages.base import alert

_SIDE = 400
"""Longest side of a picture, in pixels; it is shown in some 250."""


def why_pictures(run: Path, result: Mapping[str, Any], truths: Mapping[Path, str]) -> str:
    """Markup of the explanations of a job; images are read and drawn, which takes a moment.

    Args:
        run: The run's folder.
        result: What the job gave.
        truths: True classes of images, by their files.
    """
    method = tr(f"wizard.evaluation.why.method.{result['method']}")
    explained = Explanation.from_result(result)
    said = f"<p class=pxnb-muted><b>{esc(method)}</b><br>{esc(reading(explained))}</p>"
    why = staleness(run, result)
    stale = "" if why is None else alert(why.text(), "warning")
    figures = (_figure(one, truths.get(one.path)) for one in explained)
    return f"{stale}{said}<div class=pxnb-why-pictures>{''.join(figures)}</div>"


def _figure(one: Explanation, truth: str | None) -> str:
    name = one.path.name
    looked = tr("wizard.evaluation.why.for", name=one.class_name, score=f"{one.score:.2f}")
    facts = [looked] if truth is None else [looked, tr("wizard.evaluation.why.truth", name=truth)]
    try:
        heat = tr("wizard.evaluation.why.heat", name=name, wanted=one.class_name)
        pictures = _image(thumbnail(one.path, _SIDE), name) + _image(_small(one), heat)
    except UserError as error:  # of an image that has gone since; the others are there
        pictures = alert(str(error))
    caption = f"<b>{esc(name)}</b><br>{esc(' · '.join(facts))}"
    return f"<figure><div>{pictures}</div><figcaption>{caption}</figcaption></figure>"


def _small(one: Explanation) -> bytes:
    picture = Image.fromarray(one.draw())
    picture.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _image(jpeg: bytes, alt: str) -> str:
    data = base64.b64encode(jpeg).decode()
    return f'<img src="data:image/jpeg;base64,{data}" alt="{esc(alt)}">'
