"""`costlint estimate`: what everything costs, down to quantity × unit price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from costlint.cli.destinations import destinations, output_options, write_all
from costlint.cli.options import input_options, paths_argument, print_options, resolve_config

if TYPE_CHECKING:
    from costlint.reports.formats import Look

_FORMATS = ("text", "json", "html")
_KINDS = ("service", "category", "module", "region", "environment")


def _grouping(_: click.Context, __: click.Parameter, by: str | None) -> str:
    if by is None or by in _KINDS or (by.startswith("tag:") and by != "tag:"):
        return by or ""
    raise click.BadParameter(f'"{by}" is not one of {", ".join(_KINDS)}, tag:KEY')


@click.command("estimate")
@paths_argument
@output_options(_FORMATS)
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
@print_options
def command(
    paths: tuple[str, ...],
    form: str | None,
    outputs: tuple[str, ...],
    exit_zero: bool,
    by: str,
    depth: Any,
    show: str | None,
    everything: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Price what PATHS deploy: directories or files with Terraform, Terragrunt, manifests, charts or
    overlays, or plans from `terraform show -json`. Without PATHS the current directory is read, for - the
    standard input.

    \b
    Examples:
      costlint estimate infra
      costlint estimate infra --by service
      costlint estimate infra --by tag:team --usage-file infracost-usage.yml
      costlint estimate infra --show unpriced
      helm template chat charts/chat | costlint estimate -
      costlint estimate infra --format json --output estimate.json
      costlint estimate infra --output text --output html=estimate.html

    Exit codes: 0 done, 2 usage or configuration, 3 some input could not be read, 4 nothing to price.
    """
    if by and show:
        raise click.UsageError("--by and --show exclude each other")
    found = destinations(form, outputs, _FORMATS)
    config = resolve_config(paths, **options)

    from costlint.catalog import Catalog
    from costlint.cli.exits import DONE, exit_code
    from costlint.cli.running import estimate

    report = estimate(paths, config)
    catalog = Catalog(as_of=config.as_of)

    def written(form: str, look: Look) -> str:
        if form == "json":
            from costlint.reports import estimate_json

            return estimate_json.render(report, catalog, by)
        if form == "html":
            from costlint.reports import estimate_html

            return estimate_html.render(report, catalog, by)
        from costlint.reports.estimate import render
        from costlint.reports.grouping import groups
        from costlint.reports.showing import render_free, render_unpriced

        if show == "free":
            return render_free(report, look.width, everything, look.paint, catalog.why_free)
        if show:
            return render_unpriced(report, look.width, everything, look.paint)
        grouped = groups(report, by, catalog) if by else ()
        layout = {"depth": depth, "everything": everything, "width": look.width, "paint": look.paint}
        return render(report, by=by, groups=grouped, **layout)

    write_all(found, written, color=color, everything=everything)
    return DONE if exit_zero else exit_code(report, None)
