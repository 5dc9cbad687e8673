"""`modules:` of the configuration: which directory a source leads to."""

from __future__ import annotations

import pytest

from costlint.config import ModuleMapping
from costlint.readers.terraform.sourcing.addresses import parse_address
from costlint.readers.terraform.sourcing.mappings import Mapped, mapped

ACME = "git::https://git.example.com/acme/*"


@pytest.mark.parametrize(
    ("match", "path", "source", "found"),
    [
        (ACME, "../acme", "git::https://git.example.com/acme/net.git//vpc?ref=v1", ("../acme", "net/vpc", "vpc")),
        (ACME, "../acme", "git::https://git.example.com/acme/net", ("../acme", "net", "")),
        (ACME, "../acme", "git::https://git.example.com/other/net", None),
        (ACME, "../acme", "git::https://git.example.com/acme/a/b", None),
        ("git::https://git.example.com/**", "../all", "git::https://git.example.com/a/b.git", ("../all", "a/b", "")),
        ("git.example.com/acme/*", "../acme", "git@git.example.com:acme/net.git", ("../acme", "net", "")),
        ("git@git.example.com:acme/*", "../acme", "git@git.example.com:acme/net.git", ("../acme", "net", "")),
        ("github.com/acme/net", "../net", "github.com/acme/net/vpc/sub", ("../net", "vpc/sub", None)),
        ("github.com/acme/net", "../net", "git::ssh://git@github.com/acme/net.git", ("../net", "", None)),
        ("acme/*/aws", "../tf-*/main", "acme/vpc/aws//x", ("..", "tf-vpc/main/x", None)),
        ("registry.terraform.io/acme/*/*", "../*-*", "acme/vpc/aws", ("..", "vpc-aws", None)),
        ("acme/mono/aws//modules/*", "../mono/*", "acme/mono/aws//modules/x", ("../mono", "x", None)),
        ("github.com/Acme/*", "../x", "git::https://GitHub.com/acme/Net.git", ("../x", "Net", "")),
        ("github.com/acme/*", "../x", "git@github.com:ACME/Net.git//vpc", ("../x", "Net/vpc", "vpc")),
        ("github.com/acme/terraform-aws-vpc", "../vpc", "acme/vpc/aws//x", ("../vpc", "x", None)),
        ("github.com/acme/*", "../x", "acme/vpc/aws", ("../x", "terraform-aws-vpc", "")),
        ("github.com/acme/*", "../x", "registry.example.com/acme/vpc/aws", None),
        ("acme/*/aws", "../tf-*", "git@github.com:acme/terraform-aws-vpc.git//x?ref=v1", ("..", "tf-vpc/x", None)),
        ("acme/*/aws", "../tf-*", "git::https://gitlab.com/acme/terraform-aws-vpc.git", None),
        ("acme/*/aws", "../tf-*", "github.com/acme/aws-vpc", None),
        ("../../shared/*", "../shared", "../../shared/net", ("../shared", "net", "")),
        ("**", "../x", "git::https://h/../../../etc", None),
        ("a.b", "../x", "acb", None),
    ],
)
def test_a_mapping_says_where_a_source_is(
    match: str, path: str, source: str, found: tuple[str, str, str | None] | None
) -> None:
    expected = None if found is None else Mapped(*found)
    assert mapped(ModuleMapping(match, path), source, parse_address(source)) == expected
