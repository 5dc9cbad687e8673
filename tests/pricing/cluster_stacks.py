"""Stacks of manifests on the cluster some Terraform declares, read and settled as a scan does."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.catalog import Catalog
from costlint.config import Config
from costlint.graph import View
from costlint.model import Cluster, Estimate, Stack
from costlint.pricing import price
from costlint.readers.kubernetes.manifests import parsed
from costlint.readers.kubernetes.read import stack_of
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.settling import settle
from costlint.sources import MemorySource

CATALOG = Catalog()

EKS = """
provider "aws" { region = "us-east-1" }
resource "aws_eks_cluster" "main" { name = "main" }
resource "aws_eks_node_group" "gpu" {
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "gpu"
  instance_types  = ["p4d.24xlarge"]
  labels          = { role = "gpu" }
  scaling_config {
    min_size     = 2
    desired_size = 2
    max_size     = 2
  }
}
"""


def cluster(manifests: str, terraform: str = "", config: Config | None = None, known: Cluster | None = None) -> View:
    """The view of manifests, on the cluster of some Terraform if there is any."""
    stack = Stack("deploy", "kubernetes", "")
    if terraform:
        stack = read_stack(TerraformFiles(MemorySource({"main.tf": terraform})), "")
    stack.resources += stack_of([parsed(manifests.encode(), "deploy.yaml", "deploy.yaml")], "", "").resources
    if known is not None:
        stack.cluster = known
    settle(stack, config or Config(), CATALOG)
    return View(stack)


def bills(view: View) -> Mapping[str, Estimate]:
    return price(view, CATALOG)


def bill(address: str, manifests: str, terraform: str = "", known: Cluster | None = None) -> Estimate:
    """The estimate of one resource."""
    return bills(cluster(manifests, terraform, known=known))[address]


def deployment(resources: str, spec: str = "", more: str = "replicas: 1", kind: str = "Deployment") -> str:
    """A workload whose one container has these resources."""
    return f"""
apiVersion: apps/v1
kind: {kind}
metadata: {{name: a, namespace: ml}}
spec:
  {more}
  template:
    metadata: {{labels: {{app: a}}}}
    spec:
      {spec or "terminationGracePeriodSeconds: 30"}
      containers:
      - name: main
        resources: {resources}
"""
