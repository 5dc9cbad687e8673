"""Claims on EFS and Azure Files: billed for what is kept there; every figure worked out by hand."""

from __future__ import annotations

import pytest
from cluster_stacks import EKS, bill

AKS = """
provider "azurerm" { features {} }
resource "azurerm_kubernetes_cluster" "main" {
  name     = "main"
  location = "eastus"
  default_node_pool {
    name       = "default"
    node_count = 1
    vm_size    = "Standard_D4s_v5"
  }
}
"""
FILE_SYSTEM = '\nresource "aws_efs_file_system" "shared" {}\n'


def claim(storage_class: str, size: str = "5Gi") -> str:
    return f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: models}}
spec: {{storageClassName: {storage_class}, resources: {{requests: {{storage: {size}}}}}}}
"""


def declared(provisioner: str, parameters: str = "{}") -> str:
    return f"""
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: shared}}
provisioner: {provisioner}
parameters: {parameters}
"""


@pytest.mark.parametrize(
    ("manifests", "terraform", "monthly"),
    [
        (claim("efs-sc"), EKS, 100 * 0.30),  # 100 GB are assumed to be kept, at $0.30
        (claim("shared") + declared("efs.csi.aws.com", "{provisioningMode: efs-ap}"), EKS, 100 * 0.30),
        (claim("azurefile-csi"), AKS, 100 * 0.06),  # transaction optimised, LRS
        (claim("shared") + declared("file.csi.azure.com", "{skuName: Standard_ZRS}"), AKS, 100 * 0.075),
        (claim("shared") + declared("file.csi.azure.com", "{skuName: Standard_RAGRS}"), AKS, 100 * 0.1),
        (claim("shared") + declared("file.csi.azure.com", "{accessTier: Cool}"), AKS, 100 * 0.015),
    ],
)
def test_a_claim_costs_what_is_kept_not_what_it_asks_for(manifests: str, terraform: str, monthly: float) -> None:
    estimate = bill("PersistentVolumeClaim/models", manifests, terraform)
    (part,) = estimate.components
    assert part.usage
    assert part.monthly.likely == pytest.approx(monthly)
    assert part.monthly.low < part.monthly.likely < part.monthly.high
    larger = bill("PersistentVolumeClaim/models", manifests.replace("5Gi", "5Ti"), terraform)
    assert larger.monthly == estimate.monthly


@pytest.mark.parametrize(("size", "gib"), [("5Gi", 100), ("256Gi", 256)])
def test_a_premium_share_costs_its_size_and_at_least_100_gib(size: str, gib: int) -> None:
    """$0.16 a GiB in East US."""
    (part,) = bill("PersistentVolumeClaim/models", claim("azurefile-csi-premium", size), AKS).components
    assert not part.usage
    assert part.monthly.likely == pytest.approx(gib * 0.16)


def test_data_of_a_file_system_the_stack_makes_is_billed_with_it_alone() -> None:
    estimate = bill("PersistentVolumeClaim/models", claim("efs-sc"), EKS + FILE_SYSTEM)
    assert estimate.components == ()
    assert estimate.free
    assert estimate.unpriced == ()


def test_a_share_of_a_sku_without_a_price_is_said_to_have_none() -> None:
    manifests = claim("shared") + declared("file.csi.azure.com", "{skuName: PremiumV2_LRS}")
    estimate = bill("PersistentVolumeClaim/models", manifests, AKS)
    assert estimate.components == ()
    assert "premiumv2_lrs have no price" in estimate.unpriced[0]
