"""Regions, tags and clouds of resources, from themselves, their provider, or the resource they belong to."""

import pytest
from terraform_stacks import resource, stack

from costlint.model import PartialMap

AWS = """
provider "aws" {
  region = var.region
  default_tags {
    tags = { team = "ml", env = "prod" }
  }
}
provider "aws" {
  alias  = "eu"
  region = "eu-west-1"
}
variable "region" {
  default = "us-west-2"
}
"""


def one(text, address="", **options):
    read = stack(text, **options)
    return resource(read, address) if address else next(each for each in read.resources if each.name == "x")


@pytest.mark.parametrize(
    ("text", "region", "evidence"),
    [
        ('resource "aws_instance" "x" {}', "us-west-2", 'region of provider "aws"'),
        ('resource "aws_instance" "x" {\n  provider = aws.eu\n}', "eu-west-1", 'region of provider "aws"'),
        ('resource "aws_instance" "x" {\n  provider = "aws.eu"\n}', "eu-west-1", 'region of provider "aws"'),
        ('resource "aws_s3_bucket" "x" {\n  region = "ap-south-1"\n}', "ap-south-1", "region"),
        ('resource "aws_ebs_volume" "x" {\n  availability_zone = "us-east-1a"\n}', "us-east-1", "availability_zone"),
        (
            'resource "aws_ebs_volume" "x" {\n  availability_zone = "us-west-2-lax-1a"\n}',
            "us-west-2",
            'region of provider "aws"',
        ),
    ],
)
def test_regions_on_aws(text, region, evidence):
    found = one(AWS + text).region
    assert (found.name, found.assumed, found.evidence) == (region, False, evidence)


GOOGLE = """
provider "google" {
  region = "europe-west4"
}
provider "google" {
  alias = "z"
  zone  = "us-central1-b"
}
"""


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('resource "google_compute_address" "x" {}', "europe-west4"),
        ('resource "google_compute_address" "x" {\n  provider = google.z\n}', "us-central1"),
        ('resource "google_compute_instance" "x" {\n  zone = "us-east1-b"\n}', "us-east1"),
        ('resource "google_container_cluster" "x" {\n  location = "us-east1"\n}', "us-east1"),
        ('resource "google_storage_bucket" "x" {\n  location = "US"\n}', "us"),
        (
            'resource "google_container_cluster" "c" {\n  location = "us-east1"\n}\n'
            'resource "google_container_node_pool" "x" {\n  cluster = google_container_cluster.c.id\n}',
            "us-east1",
        ),
    ],
)
def test_regions_on_google_cloud(text, region):
    assert one(GOOGLE + text).region[:2] == (region, False)


GROUP = 'resource "azurerm_resource_group" "g" {\n  name = "rg"\n  location = "East US 2"\n}\n'


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('resource "azurerm_managed_disk" "x" {\n  location = "West Europe"\n}', "westeurope"),
        ('resource "azurerm_managed_disk" "x" {\n  location = azurerm_resource_group.g.location\n}', "eastus2"),
        ('resource "azurerm_x" "x" {\n  resource_group_name = azurerm_resource_group.g.name\n}', "eastus2"),
        (
            'resource "azurerm_kubernetes_cluster" "k" {\n  location = "uksouth"\n}\n'
            'resource "azurerm_kubernetes_cluster_node_pool" "x" {\n'
            "  kubernetes_cluster_id = azurerm_kubernetes_cluster.k.id\n}",
            "uksouth",
        ),
        (
            'resource "azurerm_mssql_server" "s" {\n  location = "uksouth"\n}\n'
            'resource "azurerm_mssql_database" "d" {\n  server_id = azurerm_mssql_server.s.id\n}\n'
            'resource "azurerm_x" "x" {\n  database_id = azurerm_mssql_database.d.id\n}',
            "uksouth",
        ),
    ],
)
def test_regions_on_azure(text, region):
    assert one(GROUP + text).region[:2] == (region, False)


def test_a_location_that_is_unknown_is_not_taken_from_a_neighbour():
    text = 'variable "u" {}\nresource "azurerm_x" "x" {\n  location = var.u\n  group = azurerm_resource_group.g.name\n}'
    found = one(GROUP + text).region
    assert (found.name, found.assumed) == ("", True)


def test_regions_that_disagree_decide_nothing():
    other = GROUP.replace('"g"', '"h"').replace("East US 2", "uksouth")
    text = 'resource "azurerm_x" "x" {\n  a = azurerm_resource_group.g.name\n  b = azurerm_resource_group.h.name\n}'
    assert one(GROUP + other + text).region.assumed


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("", 'no provider "aws" names a region'),
        ('provider "aws" {\n  region = var.u\n}\nvariable "u" {}\n', 'region of provider "aws" is not known'),
    ],
)
def test_a_region_nobody_names_is_assumed_and_says_why(text, evidence):
    found = one(text + 'resource "aws_instance" "x" {}').region
    assert (found.name, found.assumed) == ("", True)
    assert found.evidence.startswith(evidence)


def test_the_environment_names_a_region_only_where_it_may_be_used():
    text = 'resource "aws_instance" "x" {}'
    assert one(text, environment={"AWS_REGION": "eu-north-1"}).region[:2] == ("eu-north-1", False)
    assert one(text).region.assumed


def test_modules_inherit_the_default_provider_and_get_others_handed_over():
    files = {
        "main.tf": AWS
        + """
module "plain" {
  source = "./m"
}
module "europe" {
  source    = "./m"
  providers = { aws = aws.eu }
}
module "both" {
  source    = "./two"
  providers = { aws = aws, aws.replica = aws.eu }
}
""",
        "m/main.tf": 'resource "aws_instance" "x" {}\nmodule "deep" {\n  source = "../n"\n}',
        "n/main.tf": 'resource "aws_instance" "x" {}',
        "two/main.tf": 'resource "aws_instance" "x" {}\nresource "aws_instance" "r" {\n  provider = aws.replica\n}',
    }
    regions = {each.address: each.region.name for each in stack(files).resources}
    assert regions == {
        "module.plain.aws_instance.x": "us-west-2",
        "module.plain.module.deep.aws_instance.x": "us-west-2",
        "module.europe.aws_instance.x": "eu-west-1",
        "module.europe.module.deep.aws_instance.x": "eu-west-1",
        "module.both.aws_instance.x": "us-west-2",
        "module.both.aws_instance.r": "eu-west-1",
    }


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ('resource "aws_instance" "x" {}', {"team": "ml", "env": "prod"}),
        ('resource "aws_instance" "x" {\n  tags = { env = "dev" }\n}', {"team": "ml", "env": "dev"}),
        ('resource "aws_instance" "x" {\n  provider = aws.eu\n}', {}),
        (
            'resource "aws_autoscaling_group" "x" {\n  tag {\n    key = "a"\n    value = "b"\n  }\n}',
            {"a": "b"},
        ),
        ('resource "google_storage_bucket" "x" {\n  labels = { a = "b" }\n}', {"a": "b"}),
        ('resource "google_sql_database_instance" "x" {\n  user_labels = { a = "b" }\n}', {"a": "b"}),
        (
            'resource "google_sql_database_instance" "x" {\n  settings {\n    user_labels = { a = "b" }\n  }\n}',
            {"a": "b"},
        ),
        ('resource "google_container_node_pool" "x" {\n  node_config {\n    labels = { a = "b" }\n  }\n}', {}),
        ('resource "azurerm_managed_disk" "x" {\n  tags = { a = "b" }\n}', {"a": "b"}),
    ],
)
def test_effective_tags(text, tags):
    assert one(AWS + text).tags == tags


def test_default_labels_count_on_google_cloud():
    provider = 'provider "google" {\n  default_labels = { team = "ml" }\n}\n'
    text = provider + 'resource "google_x" "x" {\n  labels = { a = "b" }\n}'
    assert one(text).tags == {"team": "ml", "a": "b"}


@pytest.mark.parametrize("tags", ["var.u", "merge({ a = 1 }, var.u)", '{ (var.u) = "x" }'])
def test_tags_that_are_not_all_known_stay_partial(tags):
    found = one(f'{AWS}variable "u" {{}}\nresource "aws_instance" "x" {{\n  tags = {tags}\n}}').tags
    assert isinstance(found, PartialMap)
    assert found["team"] == "ml"


@pytest.mark.parametrize(
    ("type_", "cloud"),
    [
        ("aws_instance", "aws"),
        ("google_compute_instance", "gcp"),
        ("azurerm_managed_disk", "azure"),
        ("azapi_resource", "azure"),
        ("kubernetes_deployment", "kubernetes"),
        ("helm_release", "kubernetes"),
        ("kubectl_manifest", "kubernetes"),
        ("random_id", "other"),
    ],
)
def test_whose_resource_a_type_is(type_, cloud):
    assert one(f'resource "{type_}" "x" {{}}').provider == cloud


def test_google_beta_resources_use_their_own_provider_block():
    text = (
        GOOGLE
        + 'provider "google-beta" {\n  region = "asia-east1"\n}\nresource "google_x" "x" {\n  provider = google-beta\n}'
    )
    assert one(text).region.name == "asia-east1"
