"""`costlint estimate`: what everything costs, down to quantity × unit price."""

from __future__ import annotations

from typing import Any

import click

from costlint.cli.options import config_options, input_options, print_options, resolve_config

_KINDS = ("service", "category", "module", "region", "environment")


def _grouping(_: click.Context, __: click.Parameter, by: str | None) -> str:
    if by is None or by in _KINDS or (by.startswith("tag:") and by != "tag:"):
        return by or ""
    raise click.BadParameter(f'"{by}" is not one of {", ".join(_KINDS)}, tag:KEY')


@click.command("estimate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", help="How to write it.")
@click.option("--output", "-o", metavar="FILE", help="Write it to a file.")
@click.option("--by", metavar="WHAT", callback=_grouping, help=f"Group by {', '.join(_KINDS)} or tag:KEY.")
@click.option(
    "--depth",
    type=click.Choice(["stack", "module", "resource", "component"]),
    default="component",
    help="How far down the tree goes.",
)
@click.option("--show", type=click.Choice(["free", "unpriced"]), help="List what is free, or unpriced and why.")
@click.option("--all", "everything", is_flag=True, help="Every line, not only the dearest that fit a screen.")
@input_options
@config_options
@print_options
def command(
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    by: str,
    depth: Any,
    show: str | None,
    everything: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Price what PATHS deploy: directories or files with Terraform, or plans from `terraform show -json`.

    \b
    Examples:
      costlint estimate infra
      costlint estimate infra --by service
      costlint estimate infra --by tag:team --usage-file infracost-usage.yml
      costlint estimate infra --show unpriced
      costlint estimate infra --format json --output estimate.json
      costlint estimate infra --format html --output estimate.html

    Exit codes: 0 done, 2 usage or configuration, 3 some input could not be read, 4 nothing to price.
    """
    if by and show:
        raise click.UsageError("--by and --show exclude each other")
    config = resolve_config(paths, **options)

    from costlint.catalog import Catalog
    from costlint.cli.exits import exit_code
    from costlint.cli.output import painter, width, write
    from costlint.cli.running import estimate

    report = estimate(paths, config)
    catalog = Catalog(as_of=config.as_of)
    if form == "json":
        from costlint.reports import estimate_json

        text = estimate_json.render(report, catalog, by)
    elif form == "html":
        from costlint.reports import estimate_html

        text = estimate_html.render(report, catalog, by)
    else:
        from costlint.reports.estimate import render
        from costlint.reports.grouping import groups
        from costlint.reports.showing import render_free, render_unpriced

        paint = painter(color, to_file=output is not None)
        if show == "free":
            text = render_free(report, width(), everything, paint, catalog.why_free)
        elif show:
            text = render_unpriced(report, width(), everything, paint)
        else:
            grouped = groups(report, by, catalog) if by else ()
            text = render(report, by=by, groups=grouped, depth=depth, everything=everything, width=width(), paint=paint)
    write(text, output)
    return exit_code(report, None)
