"""Which findings are new, fixed and as before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from git_repositories import PROVIDER, REDIS, Repository
from msgspec.structs import replace

from costlint import pipeline
from costlint.config import Config
from costlint.diffing.sides import between_paths
from costlint.model.differences import Diff
from costlint.quoting import with_lines
from costlint.reports.json import render

_GP2 = 'resource "aws_ebs_volume" "data" {\n  availability_zone = "us-east-1a"\n  size = 2000\n  type = "gp2"\n}\n'
_GP3 = _GP2.replace("gp2", "gp3")
Between = Callable[..., Diff]


def _statuses(found: Diff) -> dict[str, list[str]]:
    names = ("new", "fixed", "unchanged")
    return {name: rules for name in names if (rules := [one.rule for one in found.of_status(name)])}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"main.tf": _GP3}, {"main.tf": _GP2}, {"new": ["STO001"]}),
        ({"main.tf": _GP2}, {"main.tf": _GP3}, {"fixed": ["STO001"]}),
        ({"main.tf": _GP2}, {"main.tf": "# a comment\n\n" + _GP2}, {"unchanged": ["STO001"]}),
        ({"main.tf": _GP2}, {"main.tf": None, "disks.tf": _GP2}, {"unchanged": ["STO001"]}),
        ({"main.tf": _GP2}, {"main.tf": _GP2.replace('"data"', '"models"')}, {"unchanged": ["STO001"]}),
        ({"main.tf": _GP2}, {"main.tf": _GP2.replace("2000", "4000")}, {"unchanged": ["STO001"]}),
    ],
)
def test_a_finding_is_known_wherever_its_text_moves(
    diff: Between, before: dict[str, str | None], after: dict[str, str | None], expected: dict[str, list[str]]
) -> None:
    root = {"providers.tf": PROVIDER}
    assert _statuses(diff({**root, **before}, after)) == expected


def test_a_directory_that_is_renamed_brings_nothing_new(diff: Between) -> None:
    found = diff({"infra/main.tf": PROVIDER + _GP2}, {"infra/main.tf": None, "live/main.tf": PROVIDER + _GP2})
    assert _statuses(found) == {"unchanged": ["STO001"]}
    assert [(one.name, one.renamed_from, one.status) for one in found.stacks] == [("live", "infra", "unchanged")]
    assert found.total.delta.likely == 0


def test_a_module_that_moves_brings_nothing_new(diff: Between) -> None:
    call = 'module "disks" {{\n  source = "./{}"\n}}\n'
    before = {"main.tf": PROVIDER + call.format("disks"), "disks/main.tf": _GP2}
    after = {"main.tf": PROVIDER + call.format("modules/disks"), "disks/main.tf": None, "modules/disks/main.tf": _GP2}
    found = diff(before, after)
    assert _statuses(found) == {"unchanged": ["STO001"]}
    assert found.resources == ()


def test_a_new_finding_carries_what_a_suggestion_needs(diff: Between) -> None:
    found = diff({"main.tf": PROVIDER + _GP3}, {"main.tf": PROVIDER + _GP2})
    (one,) = found.of_status("new")
    change = one.change[0]
    assert (change.before, change.after) == ("gp2", "gp3")
    assert change.quoted == '  type = "gp2"'
    assert (change.file, change.line, change.column) == ("main.tf", 10, 10)
    assert one.saving is not None
    assert one.gain == pytest.approx(one.saving.likely)


def test_what_grows_is_as_before_and_worth_more(diff: Between) -> None:
    found = diff({"main.tf": PROVIDER + _GP2}, {"main.tf": PROVIDER + _GP2.replace("2000", "4000")})
    (one,) = found.of_status("unchanged")
    assert one.gain_before is not None
    assert one.gain > one.gain_before


_ACCEPTED = REDIS.replace('"redis"', '"redis" # costlint:ignore=DAT008 we stay', 1)


_accepting = pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (REDIS, _ACCEPTED, {"unchanged": ["DAT002"]}),
        (_ACCEPTED, REDIS, {"new": ["DAT008"]}),
        (REDIS, REDIS.replace("{", "{ # costlint:ignore=DAT we stay", 1), {}),
        ("", _ACCEPTED, {"new": ["DAT002"]}),
        (REDIS, REDIS + _ACCEPTED.replace('"r"', '"other"'), {"new": ["DAT002"], "unchanged": ["DAT008"]}),
        (_ACCEPTED, _ACCEPTED.replace("5.0.6", "7.1"), {"fixed": ["DAT002"]}),
        (REDIS, "", {"fixed": ["DAT008"]}),
    ],
    ids=["accepted", "told again", "all accepted", "new", "another one", "mended", "removed"],
)


@_accepting
def test_accepting_a_finding_neither_fixes_it_nor_brings_what_it_hid(
    diff: Between, before: str, after: str, expected: dict[str, list[str]]
) -> None:
    assert _statuses(diff({"main.tf": PROVIDER + before}, {"main.tf": PROVIDER + after})) == expected


@_accepting
def test_saved_reports_know_what_is_hidden_as_well(
    repository: Repository, before: str, after: str, expected: dict[str, list[str]]
) -> None:
    for name, text in (("before", before), ("after", after)):
        repository.write({"main.tf": PROVIDER + text})
        repository.write({f"{name}.json": render(pipeline.scan(["main.tf"], Config()))})
    assert _statuses(between_paths("before.json", "after.json", Config())) == expected


def test_what_is_accepted_is_not_fixed_between_saved_reports(repository: Repository) -> None:
    for name, text in (("before", _GP2), ("after", _GP2.replace('"gp2"', '"gp2" # costlint:ignore=STO001 agreed'))):
        repository.write({"main.tf": PROVIDER + text})
        repository.write({f"{name}.json": render(pipeline.scan(["main.tf"], Config()))})
    assert _statuses(between_paths("before.json", "after.json", Config())) == {}


def test_of_saved_reports_all_is_told_that_is_of_what_was_read_now(repository: Repository) -> None:
    for name, text in (("before", _GP3), ("after", _GP2)):
        repository.write({f"{name}/main.tf": PROVIDER + text})
        saved = render(with_lines(pipeline.scan([name], Config())))
        repository.write({f"{name}.json": saved})
    (told,) = between_paths("before.json", "after.json", Config()).of_status("new")
    (read,) = between_paths("before", "after", Config()).of_status("new")
    assert replace(told, gain=read.gain, saving=read.saving) == read
