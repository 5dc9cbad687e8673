"""`costlint scan`: the main job."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from costlint.cli.destinations import destinations, output_options, write_all
from costlint.cli.options import finding_options, paths_argument, print_options, resolve_config
from costlint.reports.formats import FORMATS, write

_FORMATS = tuple(FORMATS)


@click.command("scan")
@paths_argument
@output_options(_FORMATS)
@click.option("--all", "everything", is_flag=True, help="List every finding and diagnostic, not only the first ten.")
@click.option("--fail-on", metavar="LEVEL|SAVING", help="Exit 1 on a finding of this severity, or saving this ($100).")
@finding_options
@click.option("--quiet", "-q", is_flag=True, help="Findings only; nothing if there are none.")
@print_options
def command(
    paths: tuple[str, ...],
    form: str | None,
    outputs: tuple[str, ...],
    exit_zero: bool,
    everything: bool,
    quiet: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Find what wastes money in PATHS: directories or files with Terraform, Terragrunt, manifests, charts
    or overlays, or plans from `terraform show -json`. Without PATHS the current directory is read, for - the
    standard input.

    \b
    Examples:
      costlint scan infra
      costlint scan infra --environment prod --var-file prod.tfvars
      costlint scan infra --fail-on high
      terraform show -json plan.out | costlint scan -
      costlint scan infra --all --min-saving 0 --profile audit
      costlint scan infra --format json --output costlint.json
      costlint scan infra --output text --output sarif=costlint.sarif --exit-zero

    Exit codes: 0 done, 1 findings at --fail-on, 2 usage or configuration, 3 some input could not be read,
    4 nothing to scan.
    """
    found = destinations(form, outputs, _FORMATS)
    config = resolve_config(paths, **options)

    from costlint.cli.exits import DONE, exit_code
    from costlint.cli.running import scan

    report = scan(paths, config, quiet)
    if any(FORMATS[each.form].quotes for each in found):
        from costlint.quoting import with_lines

        report = with_lines(report)
    render = partial(write, report)
    write_all(found, render, color=color, everything=everything, quiet=quiet)
    return DONE if exit_zero else exit_code(report, config.threshold)
