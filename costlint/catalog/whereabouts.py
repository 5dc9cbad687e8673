"""Where regions are: which exist, in which country and on which continent, and what a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from costlint.catalog.catalog import Catalog
from costlint.catalog.regions import REFERENCES, region_of
from costlint.catalog.tables import records
from costlint.spelling import asked, nearest


def regions_called(catalog: Catalog, provider: str, globs: Sequence[str]) -> Iterator[str]:
    """The regions machines are priced in that one of the names means: a region, a glob, a zone or display name, a
    country ("us", "de") or a continent ("europe"). All of them without names."""
    places = _places(catalog.data)
    for region in catalog.regions(provider):
        if not globs or any(_means(glob, provider, region, places) for glob in globs):
            yield region


def is_known(catalog: Catalog, provider: str, name: str) -> bool:
    """Whether a provider has a region (zone, display name, multi-region) of that name, priced or not."""
    region = region_of(provider, name)
    if (provider, region) in _places(catalog.data) or region in catalog.regions(provider):
        return True
    return region in catalog.service_regions(provider)


def known_regions(catalog: Catalog, provider: str) -> set[str]:
    """Every region and multi-region of a provider, priced or not."""
    listed = {region for whose, region in _places(catalog.data) if whose == provider}
    return {*listed, *catalog.regions(provider), *catalog.service_regions(provider)}


def unknown(catalog: Catalog, name: str, providers: Sequence[str]) -> str:
    """The sentence for a region none of the providers has, with the one that was probably meant; "" for a region."""
    if any(is_known(catalog, provider, name) for provider in providers):
        return ""
    whose = providers[0] if len(providers) == 1 else "any provider"
    return f'there is no region "{name}" of {whose}{near(catalog, name, providers)}'


def near(catalog: Catalog, name: str, providers: Sequence[str]) -> str:
    """What was probably meant by the name of no region, "" if nothing is like it."""
    places = _places(catalog.data)
    known = {region for provider, region in places if provider in providers}
    known |= {where[1] for (provider, _), where in places.items() if provider in providers}
    known |= {region for provider in providers for region in catalog.regions(provider)}
    wanted = name.lower()
    found = nearest(wanted, known, least=0.7, most=3)
    alike = [one for one in found if _likeness(wanted, one) == _likeness(wanted, found[0])]
    usual = {region for provider in providers for region in REFERENCES[provider]}
    alike.sort(key=lambda one: one not in usual)
    return asked(alike)


def _likeness(wanted: str, name: str) -> float:
    return SequenceMatcher(None, name, wanted).ratio()


def _means(name: str, provider: str, region: str, places: dict[tuple[str, str], tuple[str, str]]) -> bool:
    if name.lower() in places.get((provider, region), ()):
        return True
    return fnmatchcase(region, name) or region == region_of(provider, name)


@lru_cache(maxsize=4)
def _places(data: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Country (ISO 3166) and continent by provider and region."""
    rows = records(data / "region_places.csv")
    return {(row["provider"], row["region"]): (row["country"], row["continent"]) for row in rows}
