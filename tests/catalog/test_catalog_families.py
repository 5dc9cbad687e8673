"""Families, successors and twins."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.catalog import PROVIDERS, Catalog
from costlint.catalog.families import Size, family_and_size, plain_name, renamed

REGION = {"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


@pytest.mark.parametrize(
    ("provider", "name", "family", "size"),
    [
        ("aws", "m5.large", "m5", "large"),
        ("aws", "db.m5.large", "m5", "large"),
        ("aws", "cache.r6g.xlarge", "r6g", "xlarge"),
        ("aws", "r6g.large.search", "r6g", "large"),
        ("aws", "m4.large.elasticsearch", "m4", "large"),
        ("aws", "ml.g5.xlarge", "g5", "xlarge"),
        ("aws", "kafka.m5.large", "m5", "large"),
        ("aws", "p6-b200.48xlarge", "p6-b200", "48xlarge"),
        ("gcp", "n2-standard-4", "n2-standard", "4"),
        ("gcp", "e2-micro", "e2", "micro"),
        ("gcp", "c4-standard-4-lssd", "c4-standard", "4-lssd"),
        ("gcp", "a2-highgpu-1g", "a2-highgpu", "1g"),
        ("gcp", "n2-custom-4-8192", "n2-custom", "4-8192"),
        ("azure", "Standard_D4s_v5", "Ds_v5", "4"),
        ("azure", "Standard_E16-4s_v3", "Es_v3", "16-4"),
        ("azure", "Standard_NC24ads_A100_v4", "NCads_A100_v4", "24"),
        ("azure", "Basic_A0", "A", "0"),
    ],
)
def test_a_name_splits_into_family_and_size(provider: str, name: str, family: str, size: str) -> None:
    assert family_and_size(provider, name) == (family, size)


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("aws", "large"),
        ("aws", ""),
        ("aws", "m5."),
        ("gcp", "custom-4-8192"),
        ("azure", "D4s_v5"),
        ("aws", ".large"),
        ("other", "m5.large"),
    ],
)
def test_what_is_no_instance_type_has_no_family(provider: str, name: str) -> None:
    assert family_and_size(provider, name) is None
    assert renamed(provider, name, "x") == ""


@given(st.sampled_from(PROVIDERS), st.text(max_size=40))
def test_splitting_any_text_never_fails(provider: str, name: str) -> None:
    split = family_and_size(provider, name)
    assert split is None or all(split)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_renaming_to_its_own_family_gives_the_same_name(catalog: Catalog, provider: str) -> None:
    wrong = []
    for name in catalog.shapes(provider, REGION[provider]):
        split = family_and_size(provider, name)
        assert split is not None, name
        if renamed(provider, name, split[0]) != name and "-" not in split[1] and not name.startswith("Basic_"):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize(
    ("provider", "region", "name", "newer"),
    [
        ("aws", "us-east-1", "m4.large", "m6i.large"),
        ("aws", "us-east-1", "c4.xlarge", "c8i.xlarge"),
        ("aws", "us-east-1", "m5.large", "m6i.large"),
        ("aws", "us-east-1", "t2.micro", "t3.micro"),
        ("aws", "us-east-1", "g4dn.xlarge", "g6.xlarge"),
        ("aws", "us-east-1", "p3.2xlarge", "g6e.2xlarge"),
        ("aws", "eu-west-1", "db.m5.large", "db.m6i.large"),
        ("aws", "us-east-1", "ml.m5.large", "ml.m6i.large"),
        ("gcp", "us-central1-a", "n1-standard-4", "n2-standard-4"),
        ("gcp", "us-central1", "f1-micro", "e2-micro"),
        ("azure", "East US", "Standard_D2s_v3", "Standard_D2s_v5"),
        ("azure", "eastus", "Standard_B2ms", "Standard_B2s_v2"),
    ],
)
def test_an_old_shape_has_a_successor(catalog: Catalog, provider: str, region: str, name: str, newer: str) -> None:
    assert catalog.successor(provider, region, name) == newer


def test_every_newer_family_is_known_best_first(catalog: Catalog) -> None:
    assert catalog.successors("aws", "us-east-1", "r4.large")[:2] == ("r7i.large", "r6i.large")
    assert catalog.successors("aws", "us-east-1", "m99.large") == ()


@pytest.mark.parametrize(
    ("provider", "region", "name", "why"),
    [
        ("aws", "us-east-1", "p3.8xlarge", "g6e.8xlarge has one GPU, not four"),
        ("aws", "us-east-1", "p2.xlarge", "no GPU family keeps its 61 GiB at this size"),
        ("aws", "us-east-1", "m4.10xlarge", "no newer family has the size"),
        ("aws", "eu-west-1", "g4dn.16xlarge", "g6 is not offered there"),
        ("aws", "us-east-1", "m99.large", "unknown"),
        ("gcp", "us-central1", "n1-standard-1", "n2 starts at 2 vCPU"),
        ("azure", "eastus", "Standard_D4_v2", "D4_v5 has half the cores"),
        ("kubernetes", "us-east-1", "m5.large", "no provider"),
    ],
)
def test_no_successor_where_it_would_not_fit(catalog: Catalog, provider: str, region: str, name: str, why: str) -> None:
    assert catalog.successor(provider, region, name) is None, why


@pytest.mark.parametrize(
    ("provider", "region", "name", "vendor", "twin"),
    [
        ("aws", "us-east-1", "m5.large", "arm", "m7g.large"),
        ("aws", "us-east-1", "m5.large", "amd", "m6a.large"),
        ("aws", "us-east-1", "t3.medium", "arm", "t4g.medium"),
        ("aws", "us-east-1", "db.r5.large", "arm", "db.r7g.large"),
        ("aws", "us-east-1", "cache.m5.large", "arm", "cache.m7g.large"),
        ("aws", "us-east-1", "m7g.large", "arm", None),
        ("aws", "us-east-1", "g5.xlarge", "arm", None),
        ("gcp", "us-central1", "n2-standard-4", "amd", "n2d-standard-4"),
        ("azure", "eastus", "Standard_D4s_v5", "amd", "Standard_D4as_v5"),
        ("azure", "eastus", "Standard_D4s_v5", "arm", "Standard_D4ps_v5"),
    ],
)
def test_twins_keep_the_size(
    catalog: Catalog, provider: str, region: str, name: str, vendor: Literal["arm", "amd"], twin: str | None
) -> None:
    assert catalog.twin(provider, region, name, vendor) == twin


def test_a_managed_name_shares_its_family_with_the_plain_one(catalog: Catalog) -> None:
    assert catalog.family("aws", "db.m5.large") == catalog.family("aws", "m5.large")
    assert plain_name("cache.m5.large") == "m5.large"


def test_a_family_tells_generation_vendor_and_category(catalog: Catalog) -> None:
    old = catalog.family("aws", "m4.large")
    assert old is not None
    assert (old.generation, old.vendor, old.arch, old.category, old.current) == (4, "intel", "x86_64", "general", False)
    gpu = catalog.family("gcp", "g2-standard-4")
    assert gpu is not None
    assert (gpu.vendor, gpu.category, gpu.current) == ("nvidia", "gpu", True)
    assert catalog.family("aws", "nonsense") is None


def test_a_size_holds_another_only_if_it_is_known_to() -> None:
    assert Size(4, 16).holds(Size(4, 16))
    assert Size(4, 16).holds(Size(2, None))
    assert not Size(4, 15.9).holds(Size(4, 16))
    assert not Size(4, None).holds(Size(4, 16))
    assert not Size(4, 64, 1, 24).holds(Size(4, 16, 4, 16))
    assert Size(4, 64, 0, None).holds(Size(4, 16, 0, None))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_family_is_replaced_by_one_that_is_itself_being_retired(catalog: Catalog, provider: str) -> None:
    stale = []
    for name in catalog.shapes(provider, REGION[provider]):
        for newer in catalog.successors(provider, REGION[provider], name):
            family = catalog.family(provider, newer)
            if family is None or not family.current:
                stale.append((name, newer))
    assert stale == []


@pytest.mark.parametrize(
    ("provider", "name", "current"),
    [
        ("aws", "m4.large", False),  # docs.aws.amazon.com/ec2/latest/instancetypes/pg.html
        ("aws", "d2.xlarge", True),  # …/so.html lists it beside D3
        ("aws", "u-24tb1.metal", False),  # …/mo.html: end of sale
        ("aws", "x1.16xlarge", True),  # …/mo.html
        ("azure", "Standard_E4s_v4", False),  # previous-gen-sizes-list.md
        ("azure", "Standard_D4s_v4", True),  # not on that list
        ("azure", "Standard_NV4as_v4", False),  # retired-sizes-list.md
        ("azure", "Standard_B2s", False),  # retired-sizes-list.md
        ("gcp", "n1-standard-4", False),
    ],
)
def test_what_is_current_is_what_the_provider_says(catalog: Catalog, provider: str, name: str, current: bool) -> None:
    family = catalog.family(provider, name)
    assert family is not None
    assert family.current is current
