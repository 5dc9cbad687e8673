"""`costlint prices export` and `import`: prices as files, for spreadsheets, other machines and scans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from costlint.cli.options import DAY, config_options, print_options
from costlint.cli.price_options import OUTPUT, PROVIDERS, SHIPPED, catalog_for


@click.command("export")
@click.option("--provider", type=click.Choice(PROVIDERS), help="Only this provider.")
@click.option("--region", metavar="REGION", help="What a scan of this region would use, inferred prices included.")
@click.option("--format", "form", type=click.Choice(["csv", "json", "bundle"]), default="csv", help="How to write.")
@OUTPUT
@SHIPPED
@config_options
@print_options
def export(
    provider: str | None, region: str | None, form: Any, output: str | None, color: bool | None, **options: Any
) -> int:
    """Write the prices scans use, one record each: machines, spot, managed nodes and services.

    With --region, everything a scan of that region would use, inferred prices included; without, every price a source
    states, in all regions ("*" is one price everywhere).

    --format bundle writes what costlint prices update has fetched, with checksums, for costlint prices import on a
    machine without network.

    \b
    Examples:
      costlint prices export --provider aws --region eu-west-1 > prices.csv
      costlint prices export --format json --output prices.json
      costlint prices export --format bundle --output costlint-prices.zip

    Exit codes: 0 done, 2 usage or configuration, 4 no provider has that region, or nothing was fetched.
    """
    if form == "bundle":
        from costlint.cli.price_bundles import export_bundle

        if region is not None:
            raise click.UsageError("--format bundle writes all regions that were fetched; leave out --region")
        return export_bundle((provider,) if provider else PROVIDERS, output)
    catalog = catalog_for(options)

    from costlint.catalog.exporting import effective_rows, stated_rows
    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.finding_prices import places
    from costlint.cli.output import write
    from costlint.reports.prices_data import row_records, written

    providers = (provider,) if provider else PROVIDERS
    if region is None:
        rows = (row for one in providers for row in stated_rows(catalog, one))
    else:
        found = [(one, place) for one in providers for place in places(catalog, one, region)]
        if not found:
            click.echo(f'costlint: no region is called "{region}"', err=True)
            return NOTHING
        rows = (row for one, place in found for row in effective_rows(catalog, one, place))
    write("".join(written(row_records(rows), form)), output)
    return DONE


@click.command("import")
@click.argument("exports", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@OUTPUT
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Units of the export's currency for one USD.")
@click.option("--rate-date", type=DAY, metavar="YYYY-MM-DD", help="The day of that rate.")
@click.option("--sha256", "digest", metavar="HEX", help="Import the bundle only if this is its checksum.")
@click.option("--force", is_flag=True, help="Import the bundle even if newer prices are here.")
@print_options
def import_(
    exports: tuple[str, ...],
    output: str | None,
    rate: float | None,
    rate_date: Any,
    digest: str | None,
    force: bool,
    color: bool | None,
) -> int:
    """Write a price file from what was paid: EXPORTS of costs in FOCUS (1.0 to 1.2) or AWS Cost and Usage Reports
    (legacy and 2.0), as CSV, compressed or not. Scans then use the file (--prices), never the export.

    Each price costlint knows by name gets what it cost as contracted and with commitments spread over it. What it does
    not know is counted and named in the file.

    A bundle (costlint prices export --format bundle) is checked, table by table, and put where costlint prices update
    keeps what it fetches: scans then use it, with its dates and sources.

    \b
    Examples:
      costlint prices import costs-2026-10.csv.gz --output prices.yaml
      costlint prices import costlint-prices.zip
      costlint prices import focus-*.csv --rate 0.92 --rate-date 2026-11-01 --output prices.yaml

    Exit codes: 0 done, 2 usage or no such export, 3 the bundle cannot be used, 4 nothing in it has a price of costlint.
    """
    from costlint.cli.price_bundles import import_bundle, is_bundle

    if any(is_bundle(path) for path in exports):
        if len(exports) > 1 or output is not None or rate is not None:
            raise click.UsageError("a bundle is imported alone, without --output and --rate")
        return import_bundle(exports[0], digest or "", force=force)
    if digest is not None or force:
        raise click.UsageError(f"{exports[0]} is no bundle: --sha256 and --force are for bundles")
    if output not in (None, "-") and Path(str(output)).exists():
        raise click.UsageError(f"{output} is there already; name another file, or none to print")

    from costlint.catalog import Catalog
    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.output import write_new
    from costlint.config import ConfigError
    from costlint.prices.importing.gathering import gather
    from costlint.prices.importing.mapping import Tables
    from costlint.prices.importing.writing import summary, written

    catalog = Catalog()
    found = gather(
        exports, Tables(catalog), lambda who, name: family.name if (family := catalog.family(who, name)) else ""
    )
    if found.currency not in ("", "USD") and (rate is None or rate_date is None):
        asked = "say how many of it are one USD, and when, with --rate and --rate-date"
        raise ConfigError(f"the export is in {found.currency}: {asked}", exports[0])
    if not found.sums:
        click.echo(f"costlint: {summary(found)}", err=True)
        return NOTHING
    write_new(written(found, rate or 1.0, rate_date.date().isoformat() if rate_date else ""), output)
    click.echo(f"costlint: {summary(found)}", err=True)
    return DONE
