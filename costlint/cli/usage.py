"""`costlint usage`: usage files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import input_options, paths_argument, print_options, resolve_config


@click.group("usage", cls=Verbs)
def command() -> None:
    """Say how much things are used, where costlint would have to assume it (docs/usage.md).

    \b
    Examples:
      costlint usage init infra --output costlint.usage.yml
      costlint estimate infra --usage-file costlint.usage.yml
    """


@command.command("init")
@paths_argument
@click.option(
    "--output", "-o", metavar="FILE", type=click.Path(), help="Write it to a new file; an existing one is left alone."
)
@input_options
@print_options
def init(paths: tuple[str, ...], output: str | None, color: bool | None, **options: Any) -> int:
    """Print a usage file with every quantity PATHS leave to usage, each with its default as a comment.

    What the usage file in effect says already is left out.

    \b
    Examples:
      costlint usage init infra
      costlint usage init infra --output costlint.usage.yml

    Exit codes: 0 done, 2 usage or configuration, 3 some input could not be read, 4 nothing rests on usage.
    """
    if output not in (None, "-") and Path(output).exists():
        raise click.UsageError(f"{output} is there already; name another file, or none to print")
    config = resolve_config(paths, **options)

    from costlint.catalog import Catalog
    from costlint.cli.exits import NOTHING, exit_code
    from costlint.cli.output import write_new
    from costlint.cli.running import estimate
    from costlint.reports.usage import usage_template

    report = estimate(paths, config, watched=True)
    text = usage_template(report, Catalog(as_of=config.as_of))
    if not text:
        click.echo("costlint: nothing here rests on usage", err=True)
        return exit_code(report, None) or NOTHING
    write_new(text, output)
    return exit_code(report, None)
