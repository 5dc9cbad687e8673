"""Which adapter a module call gets, and which release it is read as."""

from __future__ import annotations

import pytest

from costlint.readers.terraform.adapters.adapters import Adapters
from costlint.sources import MemorySource, MountedSource

EKS = "terraform-aws-modules/eks/aws"
GIT = "git::https://github.com/terraform-aws-modules/terraform-aws-eks"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def chosen(source: str, version: str = "", behind: str = "") -> tuple[str, str] | None:
    found = Adapters(MountedSource(MemorySource({}))).of(source, version, behind)
    return None if found is None else (found.module, found.version)


@pytest.mark.parametrize(
    "source",
    [
        EKS,
        "registry.terraform.io/terraform-aws-modules/eks/aws",
        "registry.opentofu.org/terraform-aws-modules/eks/aws",
        f"{GIT}?ref=v20.8.5",
        f"{GIT}.git?ref=v20.8.5&depth=1",
        f"{GIT}.git?ref=tags/v20.8.5",
        "github.com/terraform-aws-modules/terraform-aws-eks?ref=v20.8.5",
        "git::ssh://git@github.com/terraform-aws-modules/terraform-aws-eks.git?ref=20.8.5",
        "git@github.com:terraform-aws-modules/terraform-aws-eks.git?ref=v20.8.5",
    ],
)
def test_every_form_of_address(source):
    assert chosen(source, "20.8.5") == (EKS, "20.8.5")


@pytest.mark.parametrize(
    ("source", "module"),
    [
        (f"{EKS}//modules/karpenter", f"{EKS}//modules/karpenter"),
        (f"{GIT}.git//modules/karpenter?ref=v20.8.5", f"{EKS}//modules/karpenter"),
        ("terraform-aws-modules/iam/aws//modules/iam-role", "terraform-aws-modules/iam/aws//modules/iam-role"),
        ("Azure/aks/azurerm", "Azure/aks/azurerm"),
        ("azure/AKS/azurerm", "Azure/aks/azurerm"),
    ],
)
def test_modules_inside_packages_and_other_cases(source, module):
    found = chosen(source)
    assert found is not None
    assert found[0] == module


@pytest.mark.parametrize(
    ("constraint", "release"),
    [
        ("20.8.5", "20.8.5"),
        ("~> 20.8", "20.8"),
        ("~> 19.5.0", "19.5.0"),
        (">= 18.0, < 19.6", "18.0"),
        ("= 18.31.2", "18.31.2"),
        ("~> 21.0", "21.19.0"),
        ("", "21.19.0"),
    ],
)
def test_the_newest_known_release_that_meets_the_constraint(constraint, release):
    assert chosen(EKS, constraint) == (EKS, release)


@pytest.mark.parametrize(
    ("source", "version"),
    [
        (EKS, "22.0.0"),
        (EKS, "12.2.0"),
        (EKS, "not a version"),
        (f"{GIT}?ref=v99.0.0", ""),
        (f"{GIT}?ref=feature/new-nodes", ""),
        (f"{GIT}?ref={COMMIT}", ""),
        (f"{EKS}//modules/of-tomorrow", "20.8.5"),
        ("app.terraform.io/terraform-aws-modules/eks/aws", "20.8.5"),
        ("acme/eks/aws", "20.8.5"),
        ("git::https://git.example.com/terraform-aws-modules/terraform-aws-eks.git?ref=v20.8.5", ""),
        ("https://example.com/terraform-aws-eks.zip", ""),
        ("./modules/eks", ""),
        ("", ""),
    ],
)
def test_there_is_none_for_anything_else(source, version):
    assert chosen(source, version) is None


@pytest.mark.parametrize("branch", ["", "?ref=main", "?ref=master"])
def test_a_branch_that_moves_is_read_as_the_newest_release(branch):
    assert chosen(GIT + branch) == (EKS, "21.19.0")


@pytest.mark.parametrize(
    ("behind", "release"),
    [
        (" # v20.8.5", "20.8.5"),
        (" # 20.8.5", "20.8.5"),
        (" // v20.8", "20.8"),
        (" # eks@v20.8.5", "20.8.5"),
        ("# v20.8.5 keep in step with prod", "20.8.5"),
        (" # the one of 20 August", None),
        ("", None),
    ],
)
def test_a_pinned_commit_is_the_release_its_comment_says(behind, release):
    expected = None if release is None else (EKS, release)
    assert chosen(f"{GIT}.git?ref={COMMIT}", "", behind) == expected
