"""`costlint config`: the configuration in effect, and its schema."""

from __future__ import annotations

from typing import Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import config_options, print_options, resolve_config


@click.group("config", cls=Verbs)
def command() -> None:
    """Show the configuration in effect, or its JSON Schema.

    \b
    Examples:
      costlint config show infra
      costlint config schema > costlint.schema.json
    """


@command.command("show")
@click.argument("path", default=".", type=click.Path(exists=True))
@config_options
@print_options
def show(path: str, color: bool | None, **options: Any) -> int:
    """Print the settings a scan of PATH would use, as JSON, and which file they come from.

    \b
    Examples:
      costlint config show
      costlint config show infra/prod
    """
    import msgspec

    config = resolve_config((path,), **options)
    settings = msgspec.to_builtins(config)
    settings.pop("base")
    click.echo(msgspec.json.format(msgspec.json.encode(settings), indent=2).decode())
    return 0


@command.command("schema")
@click.argument(
    "which", type=click.Choice(["config", "prices", "report", "estimate", "diff", "size"]), default="config"
)
def schema(which: str) -> int:
    """Print the JSON Schema of the configuration file, of a price file, or of the JSON of a verb.

    \b
    Examples:
      costlint config schema > costlint.schema.json
      costlint config schema prices > prices.schema.json
      costlint config schema report
      costlint config schema estimate
      costlint config schema diff
      costlint config schema size
    """
    import json

    from costlint.config.schema import config_schema
    from costlint.prices.file import prices_schema
    from costlint.reports.diff_json import diff_schema
    from costlint.reports.estimate_json import estimate_schema
    from costlint.reports.json_schema import report_schema
    from costlint.reports.size_json import size_schema

    schemas = {
        "config": config_schema,
        "prices": prices_schema,
        "report": report_schema,
        "estimate": estimate_schema,
        "diff": diff_schema,
        "size": size_schema,
    }
    click.echo(json.dumps(schemas[which](), indent=2))
    return 0
