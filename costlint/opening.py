"""The catalog of a run: the prices costlint brings, those the user has fetched since, and their own over both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.catalog import REFERENCES, Catalog
from costlint.catalog.updates import FOLDER
from costlint.config import Config, setting_error
from costlint.sources import SourceError, cache_directory

if TYPE_CHECKING:
    from costlint.prices import Paying


def open_catalog(config: Config) -> Catalog:
    """The shipped prices and, unless the configuration says otherwise, what the user has fetched since and their own
    over it. Raises ConfigError for a price file that cannot be used, and for a region no provider has."""
    return opened(config)[0]


def opened(config: Config) -> tuple[Catalog, Paying | None]:
    """The same, with what the user pays where that is not the list price. Raises ConfigError."""
    catalog, paying = _kept(config)
    _check_regions(config, catalog)
    return catalog, paying


def _kept(config: Config) -> tuple[Catalog, Paying | None]:
    try:
        fetched = cache_directory() / FOLDER if config.user_prices else None
    except SourceError:  # nowhere to keep anything, so nothing was fetched
        fetched = None
    if not config.price_files and not config.commitments:
        return Catalog(as_of=config.as_of, fetched=fetched), None
    from costlint.prices import Paying

    paying = Paying(config, fetched)
    return paying.catalog, paying


def _check_regions(config: Config, catalog: Catalog) -> None:
    """Raises ConfigError for a configured region that no provider has: nothing would have a price there."""
    if not config.region:
        return
    from costlint.catalog.whereabouts import unknown

    each = [(("region", provider), (provider,)) for provider in REFERENCES]
    for place, providers in [(("region",), tuple(REFERENCES))] if isinstance(config.region, str) else each:
        name = config.region_for(providers[0])
        if name and (said := unknown(catalog, name, providers)):
            raise setting_error(config, place, said)
