"""``weights``: published weights, for machines with and without network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import click

from paddlex_nb.cli.follow import display_for
from paddlex_nb.cli.shared import (
    Command,
    Group,
    Interrupted,
    Reply,
    option,
    settings,
    size_text,
    table,
)
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.jobs.events import AnyEvent
from paddlex_nb.jobs.reporter import Foreground
from paddlex_nb.published import PublishedWeights, published_weights
from paddlex_nb.weights.by_hand import add_by_hand
from paddlex_nb.weights.published import Published, find_published

of_model = click.argument("model", metavar="MODEL")


@click.command("list", cls=Command, help=tr("cli.weights.list.help"))
@option("--task", text="task")
@option("--model", text="weights_model")
def list_(task: str | None, model: str | None) -> Reply:
    """List the published weights."""
    listed = published_weights(task, model)
    head, rows = listed.table()
    text = table(head, rows) if rows else tr("display.empty")
    return Reply({"weights": listed.to_dicts()}, text)


@click.command("fetch", cls=Command, help=tr("cli.weights.fetch.help"))
@of_model
@click.argument("name", metavar="[NAME]", required=False)
def fetch(model: str, name: str | None) -> Reply:
    """Download published weights."""
    from paddlex_nb.weights.download import download  # loads requests

    weights = find_published(model, name)
    with _foreground("cli.weights.fetch_stopped", weights) as reporter:
        download(reporter, weights)
    return _reply(weights)


@click.command("add", cls=Command, help=tr("cli.weights.add.help"))
@of_model
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--name", text="weights_name")
def add(model: str, file: Path, name: str | None) -> Reply:
    """Take a file that was brought by hand."""
    weights = find_published(model, name, file)
    with _foreground("cli.weights.add_stopped", weights) as reporter:
        add_by_hand(reporter, weights, file)
    return _reply(weights, tr("cli.weights.checked_at_training"))


weights = Group("weights", help=tr("cli.weights.help"), commands=[list_, fetch, add])


@contextmanager
def _foreground(stopped: str, weights: Published) -> Iterator[Foreground]:
    """Show work that is done here; Ctrl-C ends it with the sentence ``stopped``."""
    with closing(display_for(settings())) as display:

        def take(events: Sequence[AnyEvent]) -> None:
            display.take(events)
            display.show(None)

        try:
            yield Foreground(take)
        except KeyboardInterrupt:
            values = {"model": weights.model, "name": weights.name}
            raise Interrupted(Message(stopped, values)) from None


def _reply(weights: Published, *more: str) -> Reply:
    size = size_text(weights.size or 0)
    told = {"model": weights.model, "name": weights.name, "size": size, "file": str(weights.file)}
    text = "\n".join([tr("cli.weights.here", **told), *more])
    return Reply(PublishedWeights([weights]).to_dicts()[0], text)
