"""`costlint prices update`: today's prices, from the providers' public lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from costlint.cli.options import config_options, print_options, resolve_config, split
from costlint.cli.price_options import CONFIG_OPTIONS, PROVIDERS, catalog_for

if TYPE_CHECKING:
    from costlint.catalog import Catalog


@click.command("update")
@click.argument("provider", type=click.Choice(PROVIDERS))
@click.option("--regions", metavar="GLOBS", multiple=True, help="eu-west-1,'us-*'; default: see below.")
@click.option("--services", metavar="NAMES", multiple=True, help="Only these price lists, as the provider names them.")
@click.option("--endpoint", metavar="URL", help="Ask this server, such as a mirror of your own.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something fails.")
@config_options
@print_options
def update(provider: str, quiet: bool, color: bool | None, **options: Any) -> int:
    """Fetch today's prices from PROVIDER's public price list into the cache of the user. Scans then use them where they
    are newer than those costlint brings. Without --regions, the regions fetched before are fetched again, or else the
    region the configuration names, or the reference region.

    An interrupted update goes on where it stopped, and until it is complete the prices before it stay in use. AWS and
    Azure need no account; Google asks for an API key (COSTLINT_GOOGLE_API_KEY).

    \b
    Examples:
      costlint prices update azure --regions westeurope,northeurope
      costlint prices update aws --regions eu-west-1 --services AmazonRDS,AWSELB
      costlint prices update gcp --regions 'europe-*'

    Exit codes: 0 done, 2 usage or configuration, 3 the prices could not be fetched.
    """
    from costlint.catalog.updates import FOLDER
    from costlint.cli.exits import DONE
    from costlint.cli.progress import progress_for
    from costlint.sources import cache_directory
    from costlint.updating import Options
    from costlint.updating import update as fetch

    config = resolve_config((), **{name: options.pop(name) for name in CONFIG_OPTIONS})
    catalog = catalog_for({"no_config": True})
    wanted = (
        split(options["regions"]) or _before(catalog, provider) or tuple(filter(None, (config.region_for(provider),)))
    )
    chosen = Options(wanted, split(options["services"]), options["endpoint"] or "")
    progress = progress_for(quiet)
    try:
        outcome = fetch(provider, chosen, catalog, cache_directory() / FOLDER, tell=progress or _silent)
    finally:
        if progress is not None:
            progress.close()
    if not quiet:
        from costlint.reports.prices import outcome_lines

        click.echo("\n".join(outcome_lines(provider, outcome.regions, outcome.read, outcome.mapped, outcome.unmapped)))
    return DONE


def _before(catalog: Catalog, provider: str) -> tuple[str, ...]:
    """The regions that were fetched before."""
    updates = catalog.updates(provider)
    return tuple(sorted({region for kind in ("instances", "services", "managed") for region in updates.regions(kind)}))


def _silent(what: str, done: int, total: int) -> None:
    """Progress nobody watches."""
