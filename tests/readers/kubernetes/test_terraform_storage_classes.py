"""Storage classes Terraform declares have the names of Kubernetes."""

from __future__ import annotations

from costlint.model import LinkedStr, lookup
from costlint.readers.kubernetes.links import link
from costlint.readers.kubernetes.terraform_objects import normalise
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import MemorySource

DECLARED = """\
resource "kubernetes_storage_class_v1" "fast" {
  metadata { name = "fast" }
  storage_provisioner = "ebs.csi.aws.com"
  reclaim_policy      = "Retain"
  parameters          = { type = "io1", iops = "6000" }
}
resource "kubernetes_persistent_volume_claim_v1" "data" {
  metadata { name = "data" }
  spec {
    storage_class_name = kubernetes_storage_class_v1.fast.metadata[0].name
    resources { requests = { storage = "10Gi" } }
  }
}
"""


def test_a_class_says_who_makes_its_volumes_and_where_that_is_written() -> None:
    resources = read_stack(TerraformFiles(MemorySource({"main.tf": DECLARED})), "").resources
    normalise(resources)
    link(resources)
    found = {resource.type: resource for resource in resources}
    declared, claim = found["StorageClass"], found["PersistentVolumeClaim"]
    assert (declared.get("provisioner"), declared.get("reclaimPolicy")) == ("ebs.csi.aws.com", "Retain")
    location = declared.locator.locate(("provisioner",))
    assert location is not None
    assert location.span.line == 3
    named = lookup(claim.attributes, ("spec", "storageClassName"))
    assert isinstance(named, LinkedStr)
    assert [source.address for source in named.sources] == ["kubernetes_storage_class_v1.fast"]
