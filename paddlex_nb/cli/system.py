"""``doctor``, ``setup`` and ``disk``."""

from __future__ import annotations

import click
import msgspec

from paddlex_nb.cli.shared import Command, Reply, option, settings, table
from paddlex_nb.core.i18n import tr


@click.command("doctor", cls=Command, help=tr("cli.doctor.help"))
def doctor() -> Reply:
    """Tell what is missing or does not fit."""
    from paddlex_nb.hosts.doctor import diagnose
    from paddlex_nb.hosts.environment import default_workspace

    report = diagnose(settings().path or default_workspace())
    problems = [
        {
            "code": p.code,
            "severity": str(p.severity),
            "message": p.message.text(),
            "advice": p.advice.text() if p.advice else None,
        }
        for p in report.problems
    ]
    data = {**msgspec.to_builtins(report), "problems": problems}
    paddle = f"Paddle {report.paddle.version or '–'} ({report.paddle.device or '–'})"
    lines = [f"Python {report.python}, {paddle}"]
    lines.append(
        table(
            [tr("cli.column.suite"), tr("cli.column.version"), ""],
            [(s.name, s.version or "–", "✓" if s.ok else "✗") for s in report.suites],
        )
    )
    for p in problems:
        lines.append(f"• {tr('findings.severity.' + str(p['severity']))}: {p['message']}")
        if p["advice"]:
            lines.append(f"  → {p['advice']}")
    lines.append(tr("cli.doctor.ok" if report.ok else "cli.doctor.not_ok"))
    return Reply(data, "\n".join(lines), ok=report.ok)


@click.command("setup", cls=Command, help=tr("cli.setup.help"))
@option("--dry-run", is_flag=True, text="dry_run")
def setup(dry_run: bool) -> Reply:
    """Install what the wheel could not list."""
    from paddlex_nb.hosts.setup import run_setup

    current = settings()
    result = run_setup(lambda message: current.say(message.text()), dry_run=dry_run)
    return Reply(msgspec.to_builtins(result), tr("cli.setup.done"))


@click.command("disk", cls=Command, help=tr("cli.disk.help"))
def disk() -> Reply:
    """Tell how much disk space data sets and runs take."""
    use = settings().workspace.disk_use()
    return Reply(use.to_dict(), repr(use))
