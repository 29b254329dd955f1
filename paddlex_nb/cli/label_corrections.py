"""Corrections of objects, masks and classes: ``dataset drop-objects``, ``set-box`` and so on."""

from __future__ import annotations

import math

import click

from paddlex_nb.cli.fixes import changes_reply
from paddlex_nb.cli.shared import Command, CommandLineError, Reply, settings
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.edits import XYWH

_dataset = click.argument("dataset", metavar="ID")
_name = click.argument("name", metavar="CLASS")
_names = click.argument("names", metavar="CLASS...", nargs=-1, required=True)
_objects = click.argument("objects", metavar="IMAGE:NUMBER...", nargs=-1, required=True)
_box = click.argument("box", metavar="X,Y,WIDTH,HEIGHT")


@click.command("drop-objects", cls=Command, help=tr("cli.dataset.drop_objects.help"))
@_dataset
@_objects
def drop_objects(dataset: str, objects: tuple[str, ...]) -> Reply:
    """Exclude objects."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(item, [item.edits.drop_objects([_object(text) for text in objects])])


@click.command("set-object-class", cls=Command, help=tr("cli.dataset.set_object_class.help"))
@_dataset
@_name
@_objects
def set_object_class(dataset: str, name: str, objects: tuple[str, ...]) -> Reply:
    """Give objects another class."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(
        item, [item.edits.set_object_class([_object(text) for text in objects], name)]
    )


@click.command("set-box", cls=Command, help=tr("cli.dataset.set_box.help"))
@_dataset
@click.argument("which", metavar="IMAGE:NUMBER")
@_box
def set_box(dataset: str, which: str, box: str) -> Reply:
    """Draw the box of an object anew."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(item, [item.edits.set_box(*_object(which), _sides(box))])


@click.command("add-object", cls=Command, help=tr("cli.dataset.add_object.help"))
@_dataset
@_name
@click.argument("image", metavar="IMAGE")
@_box
def add_object(dataset: str, name: str, image: str, box: str) -> Reply:
    """Add an object."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(item, [item.edits.add_object(image, name, _sides(box))])


@click.command("remap-masks", cls=Command, help=tr("cli.dataset.remap_masks.help"))
@_dataset
@click.argument("values", metavar="VALUE=CLASS...", nargs=-1, required=True)
def remap_masks(dataset: str, values: tuple[str, ...]) -> Reply:
    """Let values of masks stand for another class."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(item, [item.edits.remap_masks(dict(map(_mask_value, values)))])


@click.command("merge-classes", cls=Command, help=tr("cli.dataset.merge_classes.help"))
@_dataset
@click.argument("into", metavar="INTO")
@_names
def merge_classes(dataset: str, into: str, names: tuple[str, ...]) -> Reply:
    """Make classes part of another one."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(item, [item.edits.merge_classes(names, into)])


@click.command("rename-class", cls=Command, help=tr("cli.dataset.rename_class.help"))
@_dataset
@_name
@click.argument("new", metavar="NEW_NAME")
def rename_class(dataset: str, name: str, new: str) -> Reply:
    """Give a class another name."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(item, [item.edits.rename_class(name, new)])


@click.command("remove-classes", cls=Command, help=tr("cli.dataset.remove_classes.help"))
@_dataset
@_names
def remove_classes(dataset: str, names: tuple[str, ...]) -> Reply:
    """Take out classes that no image shows."""
    item = settings().workspace.dataset(dataset)
    return changes_reply(item, [item.edits.remove_classes(names)])


def _object(text: str) -> tuple[str, int]:
    """An object written as path and number; a path may hold a colon too."""
    path, _, number = text.rpartition(":")
    try:
        which = int(number)
    except ValueError as error:
        raise CommandLineError("cli.bad_object", text=text) from error
    if not path:
        raise CommandLineError("cli.bad_object", text=text)
    return path, which


def _sides(text: str) -> XYWH:
    try:
        x, y, width, height = map(float, text.split(","))
    except ValueError as error:
        raise CommandLineError("cli.bad_box", text=text) from error
    if not all(map(math.isfinite, (x, y, width, height))):
        raise CommandLineError("cli.bad_box", text=text)
    return x, y, width, height


def _mask_value(text: str) -> tuple[int, str]:
    value, sign, name = text.partition("=")
    try:
        pixel = int(value)
    except ValueError as error:
        raise CommandLineError("cli.bad_mask_value", text=text) from error
    if not sign:
        raise CommandLineError("cli.bad_mask_value", text=text)
    return pixel, name
