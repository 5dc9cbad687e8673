"""Where regions are, and what a misspelt one was meant to be."""

from __future__ import annotations

import pytest

from costlint.catalog import PROVIDERS, Catalog
from costlint.catalog.whereabouts import is_known, regions_called, unknown

CATALOG = Catalog()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_priced_region_is_on_a_continent(provider: str) -> None:
    continents = ("africa", "asia", "europe", "middle-east", "north-america", "oceania", "south-america")
    placed = [set(regions_called(CATALOG, provider, (name,))) for name in continents]
    assert set().union(*placed) == set(CATALOG.regions(provider))
    assert sum(map(len, placed)) == len(CATALOG.regions(provider))


@pytest.mark.parametrize(
    ("provider", "name", "has", "lacks"),
    [
        ("azure", "europe", "westeurope", "eastus"),
        ("azure", "Europe", "swedencentral", "uaenorth"),
        ("aws", "us", "us-gov-west-1", "us-east-1-lim-1"),
        ("gcp", "asia", "asia-east1", "australia-southeast1"),
        ("aws", "de", "eu-central-1", "eu-west-1"),
        ("aws", "eu-*", "eu-west-1", "us-east-1"),
        ("azure", "West Europe", "westeurope", "northeurope"),
    ],
)
def test_a_name_means_the_regions_there(provider: str, name: str, has: str, lacks: str) -> None:
    found = list(regions_called(CATALOG, provider, (name,)))
    assert has in found
    assert lacks not in found


def test_no_names_mean_every_region() -> None:
    assert tuple(regions_called(CATALOG, "gcp", ())) == CATALOG.regions("gcp")


@pytest.mark.parametrize(
    ("provider", "name", "known"),
    [
        ("gcp", "EU", True),
        ("aws", "cn-north-1", True),
        ("aws", "us-east-1f", True),
        ("azure", "belgiumcentral", True),
        ("azure", "denmarkeast", True),
        ("aws", "europe", False),
        ("azure", "us-east-1", False),
        ("aws", "../etc", False),
    ],
)
def test_regions_zones_and_multi_regions_are_known(provider: str, name: str, known: bool) -> None:
    assert is_known(CATALOG, provider, name) is known


def test_nothing_is_proposed_for_what_is_like_no_region() -> None:
    assert unknown(CATALOG, "mars", PROVIDERS) == 'there is no region "mars" of any provider'
