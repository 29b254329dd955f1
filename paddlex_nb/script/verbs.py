"""How each step is called in Python and in a terminal: the one place to change with the API."""

from __future__ import annotations

import msgspec


class Verb(msgspec.Struct, frozen=True):
    """The two forms of a step; ``{}`` stands for its arguments.

    Attributes:
        python: The Python statement.
        positional: Arguments that stand without their names in Python, in order.
        shell: The command line; options and then words are filled in.
        words: Arguments that are words of the command line, in order; the others are options.
        is_edit: Whether it makes a numbered change of the data set.
    """

    python: str
    positional: tuple[str, ...]
    shell: str
    words: tuple[str, ...]
    is_edit: bool = False


def _edit(function: str, positional: tuple[str, ...], command: str, *words: str) -> Verb:
    """A correction: each is one change of the data set."""
    python = f"dataset.edits.{function}({{}})"
    return Verb(python, positional, _of_dataset(command), words, is_edit=True)


def _of_dataset(command: str) -> str:
    return f"paddlex-nb dataset {command} {{}}"


_EVALUATE = Verb("print(run.evaluate({}))", (), "paddlex-nb evaluate {}", ("run",))

VERBS: dict[str, Verb] = {
    "open_dataset": Verb("dataset = workspace.dataset({})", ("id",), "DATASET={}", ("id",)),
    "import": Verb(
        "dataset = workspace.import_dataset({})",
        ("path",),
        "DATASET=$(paddlex-nb dataset import --json {} | field id)",
        ("path",),
    ),
    "split": Verb("dataset.split({})", (), _of_dataset("split"), ("dataset",)),
    "use_given_split": Verb(
        "dataset.use_given_split({})", (), _of_dataset("split --given"), ("dataset",)
    ),
    "move": Verb(
        "dataset.move_to_split({})",
        ("images", "split"),
        _of_dataset("move"),
        ("dataset", "split", "images"),
    ),
    "fix": _edit("fix", ("code",), "fix", "dataset", "code"),
    "exclude": _edit("exclude", ("images",), "exclude", "dataset", "images"),
    "include": _edit("include", ("images",), "include", "dataset", "images"),
    "set_class": _edit("set_class", ("images", "name"), "set-class", "dataset", "name", "images"),
    "drop_objects": _edit("drop_objects", ("objects",), "drop-objects", "dataset", "objects"),
    "set_object_class": _edit(
        "set_object_class", ("objects", "name"), "set-object-class", "dataset", "name", "objects"
    ),
    "set_box": _edit("set_box", ("image", "number", "box"), "set-box", "dataset", "object", "box"),
    "add_object": _edit(
        "add_object", ("image", "name", "box"), "add-object", "dataset", "name", "image", "box"
    ),
    "merge_classes": _edit(
        "merge_classes", ("names", "into"), "merge-classes", "dataset", "into", "names"
    ),
    "rename_class": _edit(
        "rename_class", ("name", "new"), "rename-class", "dataset", "name", "new"
    ),
    "remove_classes": _edit("remove_classes", ("names",), "remove-classes", "dataset", "names"),
    "remap_masks": _edit("remap_masks", ("values",), "remap-masks", "dataset", "values"),
    "train": Verb(
        "run = workspace.train({})",
        ("dataset", "model"),
        "RUN=$(paddlex-nb train --follow --json {} | field run)",
        ("dataset",),
    ),
    "resume": Verb("run.resume({})", (), "paddlex-nb resume --follow {}", ("run",)),
    "set_threshold": Verb(
        "run.set_threshold({})",
        ("threshold",),
        "paddlex-nb runs threshold {}",
        ("run", "threshold"),
    ),
    "evaluate": _EVALUATE,
    "evaluate_photos": _EVALUATE,
    "export": Verb("print(run.export({}))", (), "paddlex-nb export {}", ("run",)),
}
