"""Telling masks from photos by their pixels."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from paddlex_nb.data.formats.mask_values import is_two_toned
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.store.label_maps import WrongMode, read_grey

_MOST_VALUES = 32
"""A picture of so few values is no photo."""

_MOST_LOOKED_AT = 6
_MOST = 0.8
"""Share of the pairs looked at that must be a photo and a mask."""


def is_label_like(path: Path) -> bool:
    """Whether a picture has so few values (or colours) that they are labels, not light.

    One of two tones with a soft border between them is so, too.
    """
    try:
        with open_image(path) as image:
            if image.mode in {"1", "L", "P", "I", "I;16"}:
                values = np.asarray(image)
                if image.mode == "L" and is_two_toned(values):
                    return True
            else:
                rgb = np.asarray(image.convert("RGB"), np.uint32)
                values = rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]
                with suppress(WrongMode):
                    if is_two_toned(read_grey(image)):
                        return True
    except DECODE_ERRORS:
        return False
    return len(np.unique(values)) <= _MOST_VALUES


def are_masks(root: Path, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether the second of each pair is a mask of the first, after a look at some of them.

    Args:
        root: Folder of all.
        pairs: Paths of photos and of what may be their masks.
    """
    if not pairs:
        return False
    step = max(1, len(pairs) // _MOST_LOOKED_AT)
    some = pairs[::step][:_MOST_LOOKED_AT]
    good = sum(
        is_label_like(root / mask) and not is_label_like(root / photo) for photo, mask in some
    )
    return good >= _MOST * len(some)
