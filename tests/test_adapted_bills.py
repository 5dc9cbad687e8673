"""A call that an adapter understands costs what the resources cost that the module would make of it.

The resources on the right are written from the modules' own source at the release named, by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config
from costlint.model import Component
from costlint.pipeline import estimate

AWS = 'provider "aws" {\n  region = "us-east-1"\n}\n'
GOOGLE = 'provider "google" {\n  project = "p"\n  region  = "us-central1"\n}\n'
AZURE = 'provider "azurerm" {\n  features {}\n}\n'

PAIRS = {
    "vpc 5.21.0": (
        AWS
        + """
module "vpc" {
  source             = "terraform-aws-modules/vpc/aws"
  version            = "5.21.0"
  azs                = ["us-east-1a", "us-east-1b"]
  public_subnets     = ["10.0.1.0/24", "10.0.2.0/24"]
  private_subnets    = ["10.0.3.0/24", "10.0.4.0/24"]
  enable_nat_gateway = true
}
""",
        AWS
        + """
resource "aws_vpc" "v" {}
resource "aws_subnet" "s" {
  count  = 2
  vpc_id = aws_vpc.v.id
}
resource "aws_eip" "e" {
  count  = 2
  domain = "vpc"
}
resource "aws_nat_gateway" "n" {
  count         = 2
  allocation_id = aws_eip.e[count.index].id
  subnet_id     = aws_subnet.s[count.index].id
}
""",
    ),
    "vpc-endpoints 5.21.0": (
        AWS
        + """
module "endpoints" {
  source     = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints"
  version    = "5.21.0"
  vpc_id     = "vpc-1"
  subnet_ids = ["subnet-1", "subnet-2"]
  endpoints = {
    s3  = { service = "s3", service_type = "Gateway" }
    ecr = { service = "ecr.api" }
  }
}
""",
        AWS
        + """
resource "aws_vpc_endpoint" "e" {
  vpc_id            = "vpc-1"
  service_name      = "com.amazonaws.us-east-1.ecr.api"
  vpc_endpoint_type = "Interface"
  subnet_ids        = ["subnet-1", "subnet-2"]
}
""",
    ),
    "eks 20.37.2": (
        AWS
        + """
module "eks" {
  source          = "terraform-aws-modules/eks/aws"
  version         = "20.37.2"
  cluster_name    = "main"
  cluster_version = "1.33"
  eks_managed_node_groups = {
    gpu = {
      instance_types = ["g6.2xlarge"]
      min_size       = 2
      max_size       = 2
      desired_size   = 2
      block_device_mappings = {
        root = { device_name = "/dev/xvda", ebs = { volume_size = 200, volume_type = "gp3" } }
      }
    }
  }
}
""",
        AWS
        + """
resource "aws_eks_cluster" "c" {
  name                      = "main"
  version                   = "1.33"
  enabled_cluster_log_types = ["audit", "api", "authenticator"]
}
resource "aws_cloudwatch_log_group" "c" {
  name              = "/aws/eks/main/cluster"
  retention_in_days = 90
}
resource "aws_kms_key" "c" {
  enable_key_rotation = true
}
resource "aws_launch_template" "t" {
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 200
      volume_type = "gp3"
    }
  }
  monitoring {
    enabled = true
  }
}
resource "aws_eks_node_group" "g" {
  cluster_name   = aws_eks_cluster.c.name
  instance_types = ["g6.2xlarge"]
  scaling_config {
    min_size     = 2
    max_size     = 2
    desired_size = 2
  }
  launch_template {
    id = aws_launch_template.t.id
  }
}
""",
    ),
    "ec2-instance 6.4.0": (
        AWS
        + """
module "box" {
  source            = "terraform-aws-modules/ec2-instance/aws"
  version           = "6.4.0"
  instance_type     = "m7i.large"
  root_block_device = { size = 50, type = "gp3" }
  ebs_volumes       = { data = { size = 500 } }
  create_eip        = true
}
""",
        AWS
        + """
resource "aws_instance" "i" {
  instance_type = "m7i.large"
  root_block_device {
    volume_size = 50
    volume_type = "gp3"
  }
}
resource "aws_ebs_volume" "v" {
  size = 500
  type = "gp3"
}
resource "aws_eip" "e" {
  instance = aws_instance.i.id
}
""",
    ),
    "rds 6.12.0": (
        AWS
        + """
module "db" {
  source                          = "terraform-aws-modules/rds/aws"
  version                         = "6.12.0"
  identifier                      = "main"
  engine                          = "postgres"
  engine_version                  = "16"
  instance_class                  = "db.m7g.large"
  allocated_storage               = 200
  storage_type                    = "gp3"
  multi_az                        = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  create_cloudwatch_log_group     = true
}
""",
        AWS
        + """
resource "aws_db_instance" "d" {
  identifier                      = "main"
  engine                          = "postgres"
  engine_version                  = "16"
  instance_class                  = "db.m7g.large"
  allocated_storage               = 200
  storage_type                    = "gp3"
  multi_az                        = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
}
resource "aws_cloudwatch_log_group" "l" {
  name              = "/aws/rds/instance/main/postgresql"
  retention_in_days = 7
}
""",
    ),
    "s3-bucket 4.11.0": (
        AWS
        + """
module "models" {
  source     = "terraform-aws-modules/s3-bucket/aws"
  version    = "4.11.0"
  bucket     = "models"
  versioning = { enabled = true }
  lifecycle_rule = [{
    id                            = "old"
    enabled                       = true
    transition                    = [{ days = 30, storage_class = "STANDARD_IA" }]
    noncurrent_version_expiration = { days = 30 }
  }]
}
""",
        AWS
        + """
resource "aws_s3_bucket" "b" {
  bucket = "models"
}
resource "aws_s3_bucket_versioning" "v" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_s3_bucket_lifecycle_configuration" "l" {
  bucket = aws_s3_bucket.b.id
  rule {
    id     = "old"
    status = "Enabled"
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }
}
""",
    ),
    "kubernetes-engine 36.3.0": (
        GOOGLE
        + """
module "gke" {
  source                   = "terraform-google-modules/kubernetes-engine/google"
  version                  = "36.3.0"
  project_id               = "p"
  name                     = "main"
  region                   = "us-central1"
  remove_default_node_pool = true
  initial_node_count       = 1
  node_pools = [
    { name = "gpu", machine_type = "g2-standard-8", min_count = 1, max_count = 1, disk_type = "pd-balanced" },
  ]
}
""",
        GOOGLE
        + """
resource "google_container_cluster" "c" {
  name                     = "main"
  location                 = "us-central1"
  remove_default_node_pool = true
  initial_node_count       = 1
}
resource "google_container_node_pool" "p" {
  cluster            = google_container_cluster.c.name
  location           = "us-central1"
  initial_node_count = 1
  autoscaling {
    min_node_count = 1
    max_node_count = 1
  }
  node_config {
    machine_type = "g2-standard-8"
    disk_type    = "pd-balanced"
    disk_size_gb = 100
  }
}
""",
    ),
    "aks 10.2.0": (
        AZURE
        + """
module "aks" {
  source                          = "Azure/aks/azurerm"
  version                         = "10.2.0"
  resource_group_name             = "rg"
  location                        = "westeurope"
  prefix                          = "main"
  agents_size                     = "Standard_D4s_v5"
  agents_count                    = 3
  sku_tier                        = "Standard"
  log_analytics_workspace_enabled = false
  node_pools = {
    gpu = { name = "gpu", vm_size = "Standard_NC24ads_A100_v4", node_count = 1, os_disk_size_gb = 256 }
  }
}
""",
        AZURE
        + """
resource "azurerm_kubernetes_cluster" "c" {
  name     = "main"
  location = "westeurope"
  sku_tier = "Standard"
  default_node_pool {
    name            = "nodepool"
    vm_size         = "Standard_D4s_v5"
    node_count      = 3
    os_disk_size_gb = 50
    os_disk_type    = "Managed"
  }
}
resource "azurerm_kubernetes_cluster_node_pool" "gpu" {
  kubernetes_cluster_id = azurerm_kubernetes_cluster.c.id
  vm_size               = "Standard_NC24ads_A100_v4"
  node_count            = 1
  os_disk_size_gb       = 256
  os_disk_type          = "Managed"
  priority              = "Regular"
}
""",
    ),
}


def bill(tmp_path: Path, text: str) -> tuple[list[Component], list[str]]:
    """Every line of the bill, and what has no price."""
    tmp_path.mkdir()
    (tmp_path / "main.tf").write_text(text)
    report = estimate([str(tmp_path)], Config())
    found = [each for result in report.stacks for each in result.estimates.values()]
    lines = [component for each in found for component in each.components]
    return sorted(lines, key=lambda line: (line.name, line.monthly)), [why for each in found for why in each.unpriced]


@pytest.mark.parametrize("release", PAIRS)
def test_the_bill_is_that_of_the_resources(release: str, tmp_path: Path) -> None:
    call, resources = PAIRS[release]
    adapted, unpriced = bill(tmp_path / "call", call)
    written, _ = bill(tmp_path / "resources", resources)
    assert unpriced == []
    assert [(line.name, line.monthly) for line in adapted] == [(line.name, line.monthly) for line in written]
    assert adapted


def test_a_total_with_inputs_nothing_is_known_of_is_a_lower_bound(tmp_path: Path) -> None:
    call, _ = PAIRS["rds 6.12.0"]
    for name, text, partial in (
        ("known", call, False),
        ("unknown", call.replace("multi_az ", "gold_plated = true\n  multi_az "), True),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)
        report = estimate([str(tmp_path / name)], Config())
        assert report.totals.partial is partial
        assert (report.coverage.adapted_modules, report.coverage.unresolved_modules) == (1, 0)


def test_a_pool_google_removes_at_once_is_not_billed(tmp_path: Path) -> None:
    text = (
        GOOGLE
        + """
resource "google_container_cluster" "c" {
  location                 = "us-central1-a"
  remove_default_node_pool = true
  node_pool {
    name               = "default-pool"
    initial_node_count = 3
  }
  node_pool {
    name       = "mine"
    node_count = 1
    node_config {
      machine_type = "e2-medium"
    }
  }
}
"""
    )
    with_both, _ = bill(tmp_path / "removed", text)
    without, _ = bill(tmp_path / "kept", text.replace("= true", "= false"))
    machines = [sum(line.quantity.likely for line in lines if "e2" in line.name) for lines in (with_both, without)]
    assert machines[1] == pytest.approx(4 * machines[0])
