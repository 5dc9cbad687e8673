"""Which stacks are the same, and which of them count."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from git_repositories import PROVIDER, Repository

from costlint.config import Config
from costlint.diffing.sides import since_commit
from costlint.model.differences import Diff
from costlint.reports.diff import render

Between = Callable[..., Diff]
_ROOT = (
    'variable "size" {}\n'
    + PROVIDER
    + 'resource "aws_ebs_volume" "data" {\n  availability_zone = "us-east-1a"\n  type = "gp3"\n  size = var.size\n}\n'
)


def _alternatives(**sizes: int) -> dict[str, str]:
    return {"main.tf": _ROOT, **{f"{name}.tfvars": f"size = {size}\n" for name, size in sizes.items()}}


def _counted(found: Diff) -> list[str]:
    return [one.name for one in found.stacks if one.counted]


@pytest.mark.parametrize(
    ("before", "after", "delta", "aside"),
    [
        ({"one": 1000, "two": 900}, {"two": 1200}, 24, 0),
        ({"one": 1000, "two": 1200}, {"two": 900}, -24, 0),
        ({"prod": 1000, "dev": 900}, {"dev": 1200}, 0, 24),
        ({"prod": 1000, "dev": 900}, {"prod": 1200}, 16, 0),
    ],
)
def test_a_choice_of_alternatives_that_changes_hands_is_no_change_of_the_bill(
    diff: Between, before: Mapping[str, int], after: Mapping[str, int], delta: float, aside: float
) -> None:
    changed = {name: text for name, text in _alternatives(**after).items() if name != "main.tf"}
    found = diff(_alternatives(**before), changed)
    assert len(found.stacks) == 2
    assert len(_counted(found)) == 1
    assert found.total.delta.likely == pytest.approx(delta)
    assert found.total.aside.likely == pytest.approx(aside)


def test_a_library_is_aside(diff: Between) -> None:
    library = 'variable "size" {\n  default = 100\n}\n' + _ROOT.removeprefix('variable "size" {}\n').replace(
        PROVIDER, ""
    )
    found = diff({"main.tf": library}, {"main.tf": library.replace("= 100", "= 300")})
    assert found.total.delta.likely == 0
    assert found.total.aside.likely == pytest.approx(16)
    assert [one.counted for one in found.resources] == [False]


def test_a_price_that_is_lost_aside_is_no_saving_there(diff: Between) -> None:
    library = 'variable "class" {\n  default = "gp3"\n}\n' + _ROOT.replace(PROVIDER, "").replace('"gp3"', "var.class")
    unpriced = library.replace('default = "gp3"', "type = string")
    for before, after in ((library, unpriced), (unpriced, library)):
        found = diff({"main.tf": before.replace("var.size", "100")}, {"main.tf": after.replace("var.size", "100")})
        assert [(one.counted, one.comparable) for one in found.resources] == [(False, False)]
        assert found.total.aside.likely == pytest.approx(0)
        assert "not in the total" not in render(found).lower()


def test_what_moves_from_one_stack_to_another_costs_nothing(diff: Between) -> None:
    volume = _ROOT.removeprefix('variable "size" {}\n').removeprefix(PROVIDER).replace("var.size", "500")
    other = 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'
    before = {"a/main.tf": PROVIDER + volume + other, "b/main.tf": PROVIDER + other}
    found = diff(before, {"a/main.tf": PROVIDER + other, "b/main.tf": PROVIDER + other + volume})
    assert found.total.delta.likely == 0
    (moved,) = found.resources
    assert (moved.status, moved.stack, moved.moved_from) == ("moved", "b", "a: aws_ebs_volume.data")
    assert sorted((one.name, one.delta.likely) for one in found.stacks) == [("a", -40.0), ("b", 40.0)]


def test_manifests_beside_a_root_are_a_stack_of_their_own(diff: Between) -> None:
    claim = (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
        "spec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 10Gi}}\n"
    )
    root = PROVIDER + 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'
    found = diff({"infra/main.tf": root, "infra/claim.yaml": claim}, {"infra/main.tf": root + "# a comment\n"})
    assert found.resources == ()
    assert {one.status for one in found.stacks} == {"unchanged"}


_SETTINGS = 'output "all" {\n  value = { prod = { kind = "gp2" } }\n}\n'
_OF_SETTINGS = (
    'variable "name" {}\nmodule "settings" {\n  source = "../settings"\n}\n'
    + PROVIDER
    + 'resource "aws_ebs_volume" "data" {\n  availability_zone = "us-east-1a"\n  size = 100\n'
    + "  type = module.settings.all[var.name].kind\n}\n"
)


@pytest.mark.parametrize("standing", [".", "app"])
def test_settings_beside_a_stack_that_change_nothing_known_get_a_note(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, standing: str
) -> None:
    repository.commit({"settings/main.tf": _SETTINGS, "app/main.tf": _OF_SETTINGS})
    repository.write({"settings/main.tf": _SETTINGS.replace("gp2", "io2")})
    monkeypatch.chdir(repository.root / standing)
    shown = "settings/main.tf" if standing == "." else "../settings/main.tf"
    notes = since_commit(["."], Config(), "HEAD").notes
    assert [note for note in notes if note.startswith(f"{shown} changed, and nothing that has a price with it in ")]
