"""Version constraints. The tables follow Terraform's documentation and the test cases of hashicorp/go-version and of
Terraform's own module installer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.versions import Constraint, VersionError, parse_version


@pytest.mark.parametrize(
    ("constraint", "meets", "fails"),
    [
        # https://developer.hashicorp.com/terraform/language/expressions/version-constraints
        ("1.2.0", "1.2.0 1.2 v1.2.0", "1.2.1 1.1.9"),
        ("= 1.2.0", "1.2.0", "1.2.1"),
        ("!= 1.2.0", "1.2.1 1.1.0", "1.2.0"),
        ("> 1.2.0", "1.2.1 2.0.0", "1.2.0 1.1.0"),
        (">= 1.2.0", "1.2.0 1.3.0", "1.1.9"),
        ("< 1.2.0", "1.1.9", "1.2.0"),
        ("<= 1.2.0", "1.2.0 0.9", "1.2.1"),
        ("~> 1.0.4", "1.0.4 1.0.5 1.0.10", "1.0.3 1.1.0"),
        ("~> 1.1", "1.1.0 1.2 1.10 1.10.3", "1.0.9 2.0"),
        (">= 1.2.0, < 2.0.0", "1.2.0 1.9.9", "2.0.0 1.1.0"),
        ("~> 5.0, >= 5.1.2", "5.1.2 5.9.0", "5.1.1 6.0.0"),
        ("~> 5.0, != 5.2.0", "5.1.0 5.3.0", "5.2.0"),
        # hashicorp/go-version, constraint_test.go
        ("> 1.0, < 1.2", "1.1.5", "1.2.1"),
        ("~> 1.0", "1.1 1.2.3", "2.0"),
        ("~> 1.0.0", "1.0.1", "1.1.0"),
        ("~> 1.0.7", "1.0.7 1.0.8", "1.0 1.0.4 1.1.0"),
        ("~> 1", "1.0 1.4 2.0", "0.9"),
        ("~> 2.1.3.5", "2.1.3.6 2.1.3.100", "2.1.2.9 2.1.4.0 2.1.3.4"),
        ("~>1.2", "1.2 1.3", "2.0"),
        (">=1.0,<2.0", "1.5", "2.0"),
        ("", "0.0.1 99.0.0", ""),
        ("1.2.0+build", "1.2.0", "1.2.1"),
        ("> 1.9.0", "1.10.0", "1.8.0"),
    ],
)
def test_constraints_choose_as_terraform_does(constraint: str, meets: str, fails: str) -> None:
    wanted = Constraint(constraint)
    assert [text for text in meets.split() if not wanted.chooses(parse_version(text))] == []
    assert [text for text in fails.split() if wanted.chooses(parse_version(text))] == []


@pytest.mark.parametrize(
    ("constraint", "version", "met"),
    [
        # hashicorp/go-version, constraint_prerelease_test.go and constraint_test.go
        ("> 1.0-beta", "1.0-rc1", True),
        ("> 1.0-beta", "1.1-rc1", False),
        ("> 1.0", "1.1-rc1", False),
        (">= 2.1.0-a", "2.1.0-beta", True),
        (">= 2.1.0-a", "2.1.1-beta", False),
        (">= 2.0.0", "2.1.0-beta", False),
        (">= 2.1.0-a", "2.1.1", True),
        ("<= 2.1.0-a", "2.0.0", True),
        ("~> 2.1.0-a", "2.1.0", False),
        ("~> 2.1.0-a", "2.1.0-beta", True),
        ("~> 2.1.0-a", "2.2.0", False),
        ("~> 1.0.9-rc3", "1.0.9-rc2", False),
        ("1.7.0-beta.1", "1.7.0-beta.1", True),
    ],
)
def test_prereleases_meet_constraints_on_their_own_release_only(constraint: str, version: str, met: bool) -> None:
    assert Constraint(constraint).met_by(parse_version(version)) is met


@pytest.mark.parametrize(
    ("constraint", "chosen"),
    [
        # Terraform's module installer: prerelease-constraint* of internal/initwd
        ("0.0.3-alpha.1", "0.0.3-alpha.1"),
        ("=0.0.3-alpha.1", "0.0.3-alpha.1"),
        ("v0.0.3-alpha.1", "0.0.3-alpha.1"),
        ("<=0.0.3-alpha.1", "0.0.2"),
        ("0.0.3-alpha.1, >=0.0.2", None),
        ("", "0.0.2"),
        ("> 0.0.2", None),
    ],
)
def test_a_prerelease_is_chosen_only_when_asked_for_exactly(constraint: str, chosen: str | None) -> None:
    versions = [parse_version(text) for text in ("0.0.2", "0.0.3-alpha.1", "0.0.1")]
    found = Constraint(constraint).newest(versions)
    assert (found.text if found is not None else None) == chosen


_ENDLESS = "9" * 5000


@pytest.mark.parametrize(
    "text",
    [
        "latest",
        "~> x",
        ">== 1",
        "1.0,",
        "> ",
        "1..0",
        "~> 1.0 >= 2",
        "^1.2",
        pytest.param(f"~> 1.{_ENDLESS}", id="long"),
    ],
)
def test_what_is_no_constraint_is_refused(text: str) -> None:
    with pytest.raises(VersionError):
        Constraint(text)


def test_versions_are_ordered_by_number_and_releases_come_last() -> None:
    # https://semver.org, 11
    ordered = (
        "1.0.0-1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1 1.0.1"
    )
    assert sorted(map(parse_version, reversed(ordered.split()))) == [parse_version(text) for text in ordered.split()]


_NUMBERS = st.lists(st.integers(0, 300), min_size=1, max_size=4)


@given(_NUMBERS, _NUMBERS)
def test_the_pessimistic_operator_is_a_range(wanted: list[int], given_: list[int]) -> None:
    version = parse_version(".".join(map(str, given_)))
    text = ".".join(map(str, wanted))
    upper = [*wanted[:-2], wanted[-2] + 1] if len(wanted) > 1 else None
    same = f">= {text}" + (f", < {'.'.join(map(str, upper))}" if upper else "")
    assert Constraint(f"~> {text}").met_by(version) is Constraint(same).met_by(version)


def test_a_version_with_a_number_nobody_would_write_is_refused() -> None:
    with pytest.raises(VersionError):
        parse_version(f"1.{_ENDLESS}.0")
    assert parse_version("1.0.0-rc.1") < parse_version(f"1.0.0-rc.{_ENDLESS}")
