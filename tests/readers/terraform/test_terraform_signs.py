"""What backends and providers name is read; what cannot be known is left out."""

from __future__ import annotations

import pytest
from terraform_stacks import stack

from costlint.model import Sign


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        (
            'terraform {\n  backend "s3" {\n    bucket = "acme-state"\n    key = "prod/eks"\n    region = "eu"\n  }\n}',
            [("backend", "backend key", "prod/eks"), ("backend", "backend bucket", "acme-state")],
        ),
        (
            'terraform {\n  cloud {\n    workspaces {\n      name = "eks-prod"\n    }\n  }\n}',
            [("backend", "cloud name", "eks-prod")],
        ),
        ('provider "google" {\n  project = "acme-prod"\n}', [("account", "project of provider google", "acme-prod")]),
        (
            'variable "id" {\n  default = "0-1"\n}\nprovider "azurerm" {\n  subscription_id = var.id\n}',
            [("account", "subscription_id of provider azurerm", "0-1")],
        ),
        (
            'provider "aws" {\n  allowed_account_ids = ["123456789012"]\n  assume_role {\n'
            '    role_arn = "arn:aws:iam::210987654321:role/deploy"\n  }\n}',
            [
                ("account", "allowed_account_ids of provider aws", "123456789012"),
                ("account", "assume_role of provider aws", "210987654321"),
            ],
        ),
        ('variable "p" {}\nprovider "google" {\n  project = var.p\n}', []),
        ('provider "google" {\n  alias = "other"\n  project = "acme-prod"\n}', []),
        ('provider "aws" {\n  assume_role {\n    role_arn = "nonsense"\n  }\n}', []),
        ('terraform {\n  backend "s3" {}\n}', []),
    ],
)
def test_what_a_root_names(text: str, signs: list[tuple[str, str, str]]) -> None:
    assert list(stack({"main.tf": text}).signs) == [Sign(*sign) for sign in signs]


def test_variables_are_told_with_those_that_have_only_their_default() -> None:
    text = 'variable "a" {\n  default = "x"\n}\nvariable "b" {\n  default = 1\n}\nvariable "c" {}\n'
    read = stack({"main.tf": text, "terraform.tfvars": "b = 2"})
    assert (read.variables["a"], read.variables["b"]) == ("x", 2)
    assert read.defaulted == {"a", "c"}
    assert [one.name for one in read.missing] == ["c"]


def test_a_variable_nobody_uses_says_nothing_about_its_value() -> None:
    text = 'variable "a" {\n  type = number\n  default = "many"\n}\n'
    assert stack({"main.tf": text}).diagnostics == []


def test_a_label_tells_stacks_of_one_root_apart() -> None:
    read = stack({"infra/main.tf": ""}, root="infra", label="prod.tfvars")
    assert (read.name, read.directory, read.path) == ("infra [prod.tfvars]", "infra", "infra")
