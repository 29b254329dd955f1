"""``demo`` and ``app``: the wizard in a browser, without opening a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from paddlex_nb.cli.follow import wait_for_end, wait_for_result
from paddlex_nb.cli.results import evaluation_text, export_text
from paddlex_nb.cli.shared import Command, Reply, Settings, option, settings
from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset

of_port = option("--port", default=0, text="port")
of_ip = option("--ip", default="127.0.0.1", text="ip")
of_browser = option("--browser/--no-browser", default=True, text="browser")
of_roots = option(
    "--root", "roots", type=click.Path(path_type=Path), multiple=True, metavar="FOLDER", text="root"
)


@click.command("app", cls=Command, help=tr("cli.app.help"))
@of_port
@of_ip
@of_browser
@of_roots
def app(port: int, ip: str, browser: bool, roots: tuple[Path, ...]) -> int:
    """Serve the wizard with Voila."""
    from paddlex_nb.hosts.serve import serve

    return serve(settings().workspace.path, port=port, ip=ip, browser=browser, roots=roots)


@click.command("demo", cls=Command, help=tr("cli.demo.help"))
@option("--task", default="classification", text="task")
@option("--headless", is_flag=True, text="headless")
@option("--epochs", type=int, text="epochs")
@of_port
@of_ip
@of_browser
@of_roots
def demo(
    task: str,
    headless: bool,
    epochs: int | None,
    port: int,
    ip: str,
    browser: bool,
    roots: tuple[Path, ...],
) -> Reply | int:
    """Try everything on built-in sample data."""
    from paddlex_nb.hosts.serve import serve

    current = settings()
    dataset = wait_for_result(current.workspace.import_sample(task, wait=False), current)
    if headless:
        return _walk(current, dataset, epochs)
    return serve(
        current.workspace.path,
        port=port,
        ip=ip,
        browser=browser,
        dataset=dataset.id,
        roots=roots,
    )


def _walk(current: Settings, dataset: Dataset, epochs: int | None) -> Reply:
    """The whole road in the terminal."""
    overrides: dict[str, Any] = {} if epochs is None else {"epochs": epochs}
    # it shows that everything works, without a network too
    job = current.workspace.train(dataset, weights="none", wait=False, **overrides)
    run = job.run
    current.say(tr("cli.following", id=run.id))
    result = wait_for_end(job, current).result
    job.result()
    evaluation = run.evaluate("val", progress=False).to_dict()
    exports = {to: run.export(to, progress=False).to_dict() for to in ("inference", "onnx")}
    data = {
        "workspace": str(current.workspace.path),
        "dataset": dataset.id,
        "run": run.id,
        "training": result,
        "metrics": evaluation["metrics"],
        "exports": exports,
    }
    lines = [evaluation_text(evaluation), "", *map(export_text, exports.values())]
    lines.append(tr("cli.demo.where", folder=run.folder))
    return Reply(data, "\n".join(lines))
