"""Which distributions this environment holds, and what they provide; nothing is imported."""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distributions
from importlib.metadata import version as metadata_version
from importlib.util import find_spec


def version(name: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return metadata_version(name)
    except PackageNotFoundError:
        return None


def importable(module: str) -> bool:
    """Whether ``import module`` would find code: also what a system package put there."""
    spec = find_spec(module)
    return spec is not None and spec.loader is not None and spec.has_location


def providers(module: str) -> list[str]:
    """The distributions that bring the top-level ``module``, by name."""
    return sorted({item.name for item in distributions() if module in _top_level(item)})


def _top_level(distribution: Distribution) -> set[str]:
    if listed := distribution.read_text("top_level.txt"):
        return set(listed.split())
    return {file.parts[0] for file in distribution.files or () if len(file.parts) > 1}
