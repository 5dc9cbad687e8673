"""What a module's source stands for, as Terraform and go-getter take it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.terraform.sourcing.addresses import parse_address, repository_key

REGISTRY = "registry.terraform.io/"


@pytest.mark.parametrize(
    ("source", "kind", "location", "subdir"),
    [
        ("./modules/a", "local", "./modules/a", ""),
        ("..", "local", "..", ""),
        ("hashicorp/consul/aws", "registry", f"{REGISTRY}hashicorp/consul/aws", ""),
        ("hashicorp/consul/aws//modules/x", "registry", f"{REGISTRY}hashicorp/consul/aws", "modules/x"),
        ("app.terraform.io/acme/k8s_cluster/azurerm", "registry", "app.terraform.io/acme/k8s_cluster/azurerm", ""),
        ("localhost:8443/acme/vpc/aws", "registry", "localhost:8443/acme/vpc/aws", ""),
        ("github.com/acme/network", "git", "https://github.com/acme/network.git", ""),
        ("github.com/acme/network.git//vpc?ref=v1", "git", "https://github.com/acme/network.git", "vpc"),
        ("github.com/acme/network/vpc/sub", "git", "https://github.com/acme/network.git", "vpc/sub"),
        ("git@github.com:acme/network.git//vpc", "git", "ssh://git@github.com/acme/network.git", "vpc"),
        ("git::git@github.com:acme/network.git", "git", "ssh://git@github.com/acme/network.git", ""),
        ("git::https://git.example.com/a/b.git//x/y?ref=v1&depth=1", "git", "https://git.example.com/a/b.git", "x/y"),
        ("git::ssh://git@git.example.com:2222/a/b.git", "git", "ssh://git@git.example.com:2222/a/b.git", ""),
        ("git::file:///srv/git/a.git//x", "git", "file:///srv/git/a.git", "x"),
        ("git::/srv/git/a.git", "git", "file:///srv/git/a.git", ""),
        ("bitbucket.org/acme/network", "git", "https://bitbucket.org/acme/network.git", ""),
        ("https://example.com/vpc.zip//sub?archive=zip", "http", "https://example.com/vpc.zip", "sub"),
        ("https://example.com/a/vpc?x=https://y//z", "http", "https://example.com/a/vpc", ""),
        ("s3::https://s3-eu-west-1.amazonaws.com/b/vpc.zip", "s3", "https://s3-eu-west-1.amazonaws.com/b/vpc.zip", ""),
        ("b.s3.amazonaws.com/vpc.zip", "s3", "https://b.s3.amazonaws.com/vpc.zip", ""),
        ("gcs::https://www.googleapis.com/storage/v1/b/m", "gcs", "https://www.googleapis.com/storage/v1/b/m", ""),
        ("hg::https://example.com/vpc.hg", "other", "hg::https://example.com/vpc.hg", ""),
        ("gitlab.com/acme/network", "other", "gitlab.com/acme/network", ""),
        ("/srv/modules/a", "other", "/srv/modules/a", ""),
        ("file:///srv/modules/a", "other", "file:///srv/modules/a", ""),
        ("a/b", "other", "a/b", ""),
        ("acme/vpc/AWS", "other", "acme/vpc/AWS", ""),
    ],
)
def test_sources_are_told_apart(source: str, kind: str, location: str, subdir: str) -> None:
    address = parse_address(source)
    assert (address.kind, address.location, address.subdir) == (kind, location, subdir)


def test_parameters_are_kept_apart() -> None:
    address = parse_address("git::https://x.io/a.git//m?ref=feature%2Fone&depth=1")
    assert (address.option("ref"), address.option("depth"), address.option("none")) == ("feature/one", "1", "")


@pytest.mark.parametrize(
    ("source", "package"),
    [
        ("acme/vpc/aws//x", f"{REGISTRY}acme/vpc/aws"),
        ("github.com/acme/net//x?ref=v1", "git::https://github.com/acme/net.git?ref=v1"),
        ("git::https://x.io/a.git?depth=1&ref=v1", "git::https://x.io/a.git?ref=v1"),
        ("git::https://me:s3cret@x.io/a.git", "git::https://…@x.io/a.git"),
        ("git::https://ghp_0123456789@x.io/a.git", "git::https://…@x.io/a.git"),
        ("git::ssh://git@x.io/a.git", "git::ssh://git@x.io/a.git"),
        ("https://x.io/a.zip?token=abc&ref=1", "https://x.io/a.zip?token=…&ref=1"),
    ],
)
def test_a_package_is_named_without_directory_and_secrets(source: str, package: str) -> None:
    assert parse_address(source).package == package


def test_people_see_the_directory_and_no_password() -> None:
    assert parse_address("git::https://me:pw@x.io/a.git//m/n?ref=1").shown == "git::https://…@x.io/a.git//m/n?ref=1"


@pytest.mark.parametrize(
    "url",
    [
        "git@github.com:Acme/Network.git",
        "https://github.com/acme/network",
        "https://user:token@github.com/acme/network.git/",
        "ssh://git@github.com:22/acme/network.git",
        "git::https://github.com/acme/network.git",
        "github.com/acme/network",
    ],
)
def test_the_spellings_of_one_repository_have_one_key(url: str) -> None:
    assert repository_key(url) == ("github.com", "acme/network")


def test_azure_keeps_its_repositories_under_two_paths() -> None:
    https = repository_key("https://acme@dev.azure.com/acme/platform/_git/modules")
    assert https == repository_key("git@ssh.dev.azure.com:v3/acme/platform/modules")


@given(st.text(max_size=60))
def test_any_text_is_some_address(text: str) -> None:
    address = parse_address(text)
    assert isinstance(address.shown, str)
    assert parse_address(f"{text}//a").kind
