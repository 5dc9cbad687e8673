"""Who bills what belongs to no cloud."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import costlint
from costlint.catalog import Catalog

TABLE = Path(costlint.__file__).parent / "catalog" / "data" / "other_providers.csv"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


def test_providers_are_sorted_and_stand_once() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        names = [row["provider"] for row in csv.DictReader(file)]
    assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("kind", "free", "why"),
    [
        ("tls_private_key", True, "made where Terraform runs"),
        ("random_pet", True, "made where Terraform runs"),
        ("github_repository", True, "paid by seat"),
        ("pagerduty_service", True, "settings inside PagerDuty"),
        ("fastly_service_vcl", False, "billed by Fastly"),
        ("mongodbatlas_cluster", False, "billed by MongoDB Atlas"),
        ("vsphere_virtual_machine", False, "machines of your own"),
        ("helm_release", False, "what Helm makes a cluster run"),
    ],
)
def test_what_belongs_to_no_cloud(catalog: Catalog, kind: str, free: bool, why: str) -> None:
    other = catalog.other_provider(kind)
    assert other is not None
    assert (other.free, why in other.why) == (free, True)
    assert catalog.is_free(kind) is free
    assert catalog.why_free(kind) == other.why


@pytest.mark.parametrize("kind", ["aws_instance", "google_compute_instance", "azurerm_kubernetes_cluster", "nobody_x"])
def test_clouds_and_strangers_are_not_explained_away(catalog: Catalog, kind: str) -> None:
    assert catalog.other_provider(kind) is None
    assert not catalog.is_free(kind)
    assert catalog.why_free(kind) == ""


def test_workloads_of_a_cluster_are_free_and_what_it_asks_the_cloud_for_is_not(catalog: Catalog) -> None:
    assert catalog.is_free("kubernetes_deployment_v1")
    assert not catalog.is_free("kubernetes_persistent_volume_claim_v1")
    assert not catalog.is_free("kubernetes_service_v1")


@pytest.mark.parametrize(
    ("kind", "free"),
    [
        ("InferencePool.inference.networking.k8s.io", True),
        ("BackendTLSPolicy.gateway.networking.k8s.io", True),
        ("NodeFeatureRule.nfd.k8s-sigs.io", True),
        ("NodeClass.eks.amazonaws.com", True),
        ("ClusterPolicy.nvidia.com", False),  # its operator starts pods on every node
        ("KVCache.orchestration.aibrix.ai", False),
        ("VLLMRuntime.production-stack.vllm.ai", False),
    ],
)
def test_kinds_that_only_say_how_are_free_and_those_that_start_pods_are_not(
    catalog: Catalog, kind: str, free: bool
) -> None:
    assert catalog.is_free(kind) is free
