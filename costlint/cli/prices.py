"""`costlint prices`: what things cost, the cheapest machines for a need, and how old that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import DAY, split
from costlint.cli.price_files import export, import_
from costlint.cli.price_options import PROVIDERS, accelerators_of, catalog_for, currency_of, table_options
from costlint.cli.price_updates import update

if TYPE_CHECKING:
    from costlint.catalog import Catalog


@click.group("prices", cls=Verbs)
def command() -> None:
    """Show, compare, export and update prices.

    \b
    Examples:
      costlint prices show m7i.large --region eu-west-1
      costlint prices compare --gpu H100 --min-gpus 8 --regions europe
      costlint prices check
    """


for each in (update, export, import_):
    command.add_command(each)


@command.command("show")
@click.argument("what")
@click.option("--region", metavar="REGION", help="A region or a glob; default: the reference region.")
@click.option("--provider", type=click.Choice(PROVIDERS), help="Only this provider.")
@table_options
def show(
    what: str,
    region: str | None,
    provider: str | None,
    form: Any,
    output: str | None,
    color: bool | None,
    **options: Any,
) -> int:
    """What WHAT costs: an instance or machine type, a managed node, an accelerator, a SKU or group of SKUs, or
    everything a Terraform resource type is billed by. Inferred prices carry a "~".

    \b
    Examples:
      costlint prices show m7i.large
      costlint prices show db.r6g.large --region eu-central-1
      costlint prices show H100
      costlint prices show 'ebs.gp3.*' --region 'eu-*'
      costlint prices show aws_nat_gateway

    Exit codes: 0 done, 2 usage or configuration, 4 nothing is known by that name.
    """
    catalog = catalog_for(options)

    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.finding_prices import find, suggestions
    from costlint.cli.output import painter, table_width, write
    from costlint.model.currency import showing
    from costlint.reports.prices import entry_lines
    from costlint.reports.prices_data import entry_records, written

    found = find(catalog, what, (provider,) if provider else PROVIDERS, region or "")
    if not found.entries and not found.notes:
        click.echo(f"costlint: {suggestions(catalog, what, provider or '', region or '')}", err=True)
        return NOTHING
    hours = catalog.hours_per_month
    if form == "text":
        with showing(currency_of(catalog)):
            lines = entry_lines(
                found.entries,
                hours,
                width=table_width(output is not None),
                paint=painter(color, to_file=output is not None),
            )
        write("\n".join([*lines, *([""] if lines and found.notes else []), *found.notes]) + "\n", output)
    else:
        write("".join(written(entry_records(found.entries, hours), form)), output)
    return DONE


@command.command("compare")
@click.option("--gpu", metavar="MODEL", help="Accelerator: H100, A100, L4, Inferentia2, …; a,b.")
@click.option("--min-gpus", type=click.FloatRange(min=0), default=0, metavar="N", help="At least so many of them.")
@click.option("--gpu-memory", type=click.FloatRange(min=0), default=0, metavar="GIB", help="At least so much each.")
@click.option("--vcpus", type=click.FloatRange(min=0), default=0, metavar="N", help="At least so many vCPUs.")
@click.option("--memory", type=click.FloatRange(min=0), default=0, metavar="GIB", help="At least so much memory.")
@click.option("--arch", type=click.Choice(["x86_64", "arm64"]), help="Only this architecture.")
@click.option("--regions", metavar="GLOBS", multiple=True, help="Only here: europe, us, 'eu-*', us-east-1,eastus.")
@click.option("--providers", metavar="NAMES", multiple=True, help="Only these: aws, gcp, azure; a,b.")
@click.option("--spot", is_flag=True, help="At spot prices.")
@click.option("--commitment", type=click.Choice(["1y", "3y"]), help="At the price of a commitment of this length.")
@click.option("--all", "everything", is_flag=True, help="Every machine, not only the cheapest 20.")
@table_options
def compare(form: Any, output: str | None, color: bool | None, everything: bool, **options: Any) -> int:
    """The cheapest machines that are large enough, over providers and regions. A machine a region does not offer is
    never shown; regions with the same price are one line.

    \b
    Examples:
      costlint prices compare --gpu H100 --min-gpus 8
      costlint prices compare --gpu-memory 80 --min-gpus 1 --regions europe --spot
      costlint prices compare --vcpus 16 --memory 64 --arch arm64 --commitment 1y --format csv

    Exit codes: 0 done, 2 usage or configuration, 4 nothing is large enough.
    """
    if options["spot"] and options["commitment"]:
        raise click.UsageError("--spot and --commitment exclude each other")
    asked = ("gpu", "min_gpus", "gpu_memory", "vcpus", "memory")
    if not any(options[name] for name in asked):
        raise click.UsageError("say what is needed: --gpu, --min-gpus, --gpu-memory, --vcpus or --memory")
    providers = _providers(options["providers"])
    catalog = catalog_for(options)

    from costlint.catalog.comparing import compare as find_machines
    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.output import painter, table_width, write
    from costlint.model.currency import showing
    from costlint.reports.amounts import counted
    from costlint.reports.prices import offer_lines
    from costlint.reports.prices_data import offer_records, written

    _check_regions(catalog, split(options["regions"]), providers)
    found = find_machines(catalog, _need(catalog, options), providers)
    if found.unpriced:
        bought = "spot price" if options["spot"] else f"known {options['commitment'] or 'on-demand'} price"
        places = counted(found.unpriced, "machine and region", "machines and regions")
        click.echo(f"costlint: {places} would do and {'has' if found.unpriced == 1 else 'have'} no {bought}", err=True)
    if not found.offers:
        click.echo("costlint: no machine that is known to be offered is large enough", err=True)
    hours = catalog.hours_per_month
    if form == "text":
        most = 0 if everything else 20
        paint = painter(color, to_file=output is not None)
        wide = table_width(output is not None)
        with showing(currency_of(catalog)):
            lines = offer_lines(found.offers, hours, most=most, width=wide, paint=paint) if found.offers else []
        write("".join(f"{line}\n" for line in lines), output)
    else:
        write("".join(written(offer_records(found.offers, hours), form)), output)
    return DONE if found.offers else NOTHING


@command.command("check")
@click.option(
    "--max-age", type=click.IntRange(min=0), default=12, metavar="MONTHS", help="Rows older than this are old."
)
@click.option("--provider", type=click.Choice(PROVIDERS), help="Only this provider.")
@click.option("--services", is_flag=True, help="Every service billed by SKU on a line of its own.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything is older.")
@click.option("--as-of", type=DAY, metavar="YYYY-MM-DD", help="Count from this day.")
@table_options
def check(
    max_age: int,
    provider: str | None,
    services: bool,
    strict: bool,
    form: Any,
    output: str | None,
    color: bool | None,
    **options: Any,
) -> int:
    """How old the tables are that scans use, which part of them is inferred and which part you have fetched.

    \b
    Examples:
      costlint prices check
      costlint prices check --provider aws --services
      costlint prices check --max-age 24 --strict

    Exit codes: 0 done, 1 something is older (--strict), 2 usage or configuration.
    """
    catalog = catalog_for(options)

    from costlint.catalog.ageing import ages, earlier
    from costlint.cli.exits import DONE, FINDINGS
    from costlint.cli.output import painter, table_width, write
    from costlint.reports.prices import age_lines
    from costlint.reports.prices_data import age_records, written

    limit = earlier(catalog.as_of, max_age)
    found = list(ages(catalog, limit, (provider,) if provider else PROVIDERS))
    if form == "text":
        paint = painter(color, to_file=output is not None)
        write(
            "".join(
                f"{line}\n"
                for line in age_lines(
                    found, max_age, parts=services, width=table_width(output is not None), paint=paint
                )
            ),
            output,
        )
    else:
        write("".join(written(age_records(found), form)), output)
    return FINDINGS if strict and any(age.old for age in found) else DONE


def _providers(named: tuple[str, ...]) -> tuple[str, ...]:
    chosen = split(named)
    for name in chosen:
        if name not in PROVIDERS:
            raise click.UsageError(f'"{name}" is not one of {", ".join(PROVIDERS)}')
    return chosen or PROVIDERS


def _check_regions(catalog: Catalog, names: tuple[str, ...], providers: tuple[str, ...]) -> None:
    """Raises UsageError for a name that means no region of any of the providers."""
    from costlint.catalog.whereabouts import near, regions_called

    for name in names:
        if not any(True for provider in providers for _ in regions_called(catalog, provider, (name,))):
            raise click.UsageError(f'--regions: no region is called "{name}"{near(catalog, name, providers)}')


def _need(catalog: Catalog, options: dict[str, Any]) -> Any:
    """What the options ask for. Raises UsageError for an accelerator nobody knows."""
    from costlint.catalog.comparing import Need

    return Need(
        models=accelerators_of(catalog, (options["gpu"],) if options["gpu"] else ()),
        gpus=options["min_gpus"],
        gpu_memory=options["gpu_memory"],
        vcpus=options["vcpus"],
        memory=options["memory"],
        arch=options["arch"] or "",
        regions=split(options["regions"]),
        spot=options["spot"],
        term=options["commitment"],
    )
