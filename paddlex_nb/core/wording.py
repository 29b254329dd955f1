"""Lists, sizes, durations and hints as they stand in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paddlex_nb.core.i18n import Message, tr

_KNOWN = 20
"""So many names are listed where none is near."""

_UNITS = ("B", "kB", "MB", "GB", "TB")


def few(names: Iterable[object], most: int) -> list[Any]:
    """The first ``most`` of some names for a sentence, and how many more there are.

    Args:
        names: The names; a sentence takes them as ``{names}``, ``{names:and}`` or ``{names:or}``.
        most: So many are named.
    """
    listed = list(names)
    more = len(listed) - most
    return listed if more <= 0 else [*listed[:most], Message("core.list.more", {"count": more})]


def instead(wrong: object, known: Iterable[str] | Mapping[str, str]) -> Message:
    """What to write instead of an unknown name: the nearest ones, else all there are.

    Args:
        wrong: The unknown name.
        known: Those there are, or what each is called on screen by name.
    """
    names = list(known)
    if near := nearest(wrong, known):
        return Message("core.did_you_mean", {"near": near})
    return Message(
        "core.choose_one" if names else "core.choose_none", {"known": few(names, _KNOWN)}
    )


def nearest(wrong: object, known: Iterable[str] | Mapping[str, str]) -> list[str]:
    """The names that somebody may have meant, the nearest first; none if nothing is near.

    Args:
        wrong: The unknown name.
        known: Those there are, or what each is called on screen by name.
    """
    from difflib import get_close_matches  # loaded when a name is wrong

    labels = known if isinstance(known, Mapping) else {name: name for name in known}
    spelled = {label.lower(): name for name, label in labels.items()}
    spelled |= {name.lower(): name for name in labels}
    word = str(wrong).lower()
    begun = [name for name in spelled if len(word) > 2 and name.startswith(word)]
    near = begun[:3] or get_close_matches(word, spelled, n=3, cutoff=0.6)
    return list(dict.fromkeys(spelled[n] for n in near))


def size_text(size: float) -> str:
    """A number of bytes in words, such as "1.5 GB"."""
    step = next((n for n, unit in enumerate(_UNITS) if size < 1000 ** (n + 1)), len(_UNITS) - 1)
    return f"{size / 1000**step:.{min(step, 1)}f} {_UNITS[step]}"


def duration_text(seconds: float) -> str:
    """A duration in words, such as "2 min": no more digits than matter."""
    if 0 < seconds < 1:
        return tr("core.duration.s", s=f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 60:
        return tr("core.duration.s", s=whole)
    if whole < 600 and whole % 60:
        return tr("core.duration.min_s", min=whole // 60, s=whole % 60)
    minutes = round(whole / 60)
    if minutes < 60:
        return tr("core.duration.min", min=minutes)
    hours, minutes = divmod(minutes, 60)
    return tr("core.duration.h_min" if minutes else "core.duration.h", h=hours, min=minutes)


def spread_text(seconds: float, spread: float) -> str:
    """A duration that is not known exactly, such as "20 ± 1 min"."""
    around = round(spread / 60)
    if seconds < 120:
        return tr("core.duration.s", s=f"{round(seconds)} ± {max(1, round(spread))}")
    if seconds < 3570:
        whole = round(seconds / 60)
        return tr("core.duration.min", min=f"{whole} ± {around}" if around else whole)
    about = duration_text(60 * round(seconds / 60))
    return f"{about} ± {duration_text(60 * around)}" if around else about
