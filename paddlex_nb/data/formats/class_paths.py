"""Which class and which split the folders on the way to an image stand for."""

from __future__ import annotations

import msgspec

from paddlex_nb.data.formats.layout_words import IMAGE_FOLDERS, PLAIN_FOLDERS
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.source.file_tree import FileTree

Parts = tuple[str, ...]


class ClassPaths(msgspec.Struct):
    """The classes of a tree of class folders.

    Attributes:
        folders: Split (or empty) and class of each folder of images that stands for a class.
        places: A folder of each class, for findings.
        bare: Folders of images that stand for no class: the root, folders of a split alone.
        inner: Names of inner folders that several classes share, each class with several of them.
    """

    folders: dict[str, tuple[str, str]]
    places: dict[str, str]
    bare: list[str]
    inner: list[str]

    @property
    def classes(self) -> list[str]:
        """Names of the classes, sorted."""
        return sorted(self.places)

    @property
    def splits(self) -> list[str]:
        """The splits that folders stand for."""
        return sorted({split for split, _ in self.folders.values() if split})


def class_paths(tree: FileTree, masks: frozenset[str] = frozenset()) -> ClassPaths:
    """The class of each folder of images.

    The class is the first folder on the way that holds images; folders above it that hold none
    are part of its name (``animals/cat``). A folder called like a split is that split, above or
    below the class, never a class or a part of its name; nor is a level that all classes share
    (``cat/Imgs``, ``dog/Imgs``), or a last folder that says that it holds images.

    Args:
        tree: The files that there are.
        masks: Files among its images that are masks; folders of nothing else do not count.
    """
    holding = [f for f, files in tree.image_folders.items() if not masks.issuperset(files)]
    parts = {folder: tuple(p for p in folder.split("/") if p) for folder in holding}
    splits = {f: next(filter(None, map(as_split, ps)), "") for f, ps in parts.items()}
    rest = {f: tuple(p for p in ps if not as_split(p)) for f, ps in parts.items()}
    named = {splits[f] for f, ps in rest.items() if ps}
    if "train" in named and len(named - {""}) > 1:  # the rest of a data set that is divided
        rest = {f: ps if splits[f] else () for f, ps in rest.items()}
    holders = {ps for ps in rest.values() if ps}
    heads = {ps: next(ps[:n] for n in range(1, len(ps) + 1) if ps[:n] in holders) for ps in holders}
    names = _shortened(set(heads.values()))
    folders = {f: (splits[f], "/".join(names[heads[ps]])) for f, ps in rest.items() if ps}
    places: dict[str, str] = {}
    for folder in sorted(folders):
        places.setdefault(folders[folder][1], folder)
    bare = [folder for folder, ps in rest.items() if not ps]
    return ClassPaths(folders, places, bare, _repeated(set(names.values())))


def _shortened(paths: set[Parts]) -> dict[Parts, Parts]:
    """Paths of classes without the levels that say nothing of the class."""
    names = {path: path for path in paths}
    while names and all(len(name) > 1 for name in names.values()):
        lasts = {name[-1].lower() for name in names.values()}
        shorter = {path: name[:-1] for path, name in names.items()}
        plain = lasts <= IMAGE_FOLDERS | PLAIN_FOLDERS
        if not (plain or len(lasts) == 1) or len(set(shorter.values())) < len(names):
            break
        names = shorter
    while len({name[0] for name in names.values()}) == 1 and all(
        len(name) > 1 for name in names.values()
    ):
        names = {path: name[1:] for path, name in names.items()}
    return names


def _repeated(names: set[Parts]) -> list[str]:
    """Last folders that come below several others: what is the class there is not clear."""
    above: dict[str, set[Parts]] = {}
    for name in names:
        if len(name) > 1:
            above.setdefault(name[-1], set()).add(name[:-1])
    return sorted(last for last, tops in above.items() if len(tops) > 1)
