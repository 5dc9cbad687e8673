"""What the verbs of `costlint prices` have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from costlint.cli.options import config_options, print_options, resolve_config, split, together
from costlint.spelling import did_you_mean

if TYPE_CHECKING:
    from costlint.catalog import Catalog
    from costlint.model.currency import Currency

PROVIDERS = ("aws", "gcp", "azure")
OUTPUT = click.option("--output", "-o", metavar="FILE", type=click.Path(), help="Write it to a file.")
SHIPPED = click.option("--no-user-prices", is_flag=True, help="Leave out prices costlint prices update has fetched.")
table_options = together(
    click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", help="How to write."),
    OUTPUT,
    SHIPPED,
    config_options,
    print_options,
)

CONFIG_OPTIONS = ("config_file", "no_config", "rules")


def catalog_for(options: dict[str, Any]) -> Catalog:
    """The catalog as the configuration here would have it for a scan."""
    names = ("as_of", "no_user_prices", *CONFIG_OPTIONS)
    config = resolve_config((), **{name: options.pop(name, None) for name in names})

    from costlint.opening import open_catalog

    return open_catalog(config)


def currency_of(catalog: Catalog) -> Currency:
    """The currency the price files behind a catalog say to show money in."""
    from costlint.model.currency import USD
    from costlint.prices import YourCatalog

    return catalog.book.currency if isinstance(catalog, YourCatalog) else USD


def accelerators_of(catalog: Catalog, written: tuple[str, ...]) -> tuple[str, ...]:
    """The accelerators that are meant: "A100" both its sizes. Raises UsageError for one nobody knows."""
    from costlint.catalog.comparing import models_called

    found: list[str] = []
    for name in split(written) or written:
        models = models_called(catalog, name)
        if not models:
            known = [one.model for one in catalog.accelerators()]
            hint = did_you_mean(name, known, f"; there are {', '.join(known)}")
            raise click.UsageError(f'--gpu: no accelerator is called "{name}"{hint}')
        found += models
    return tuple(dict.fromkeys(found))
