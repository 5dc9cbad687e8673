from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from costlint.catalog import Catalog
from costlint.policy import load_rules

Run = Callable[..., Any]

_RULE = """\
id: ACM001
name: gp2-at-acme
title: gp2 at Acme
practice: storage.tiered
phase: quick-win
severity: medium
confidence: high
resources:
  aws_ebs_volume:
    match: {type: gp2}
    change: {type: gp3}
message: "{{ address }} uses gp2"
why: gp3 costs less.
examples:
  - bad: |
      provider "aws" {
        region = "us-east-1"
      }
      resource "aws_ebs_volume" "a" {
        availability_zone = "us-east-1a"
        size              = 100
        type              = "%s"
      }
  - good: |
      resource "aws_ebs_volume" "a" {
        availability_zone = "us-east-1a"
        size              = 100
        type              = "%s"
      }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def test_the_shipped_rules_are_listed_by_id(run_costlint: Run) -> None:
    lines = run_costlint("rules", "list").out.splitlines()
    ids = [line.split()[0] for line in lines]
    assert "STO001" in ids
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("profile", "told"),
    [("default", {"STO001", "STO003"}), ("audit", {"STO002", "STO003"}), (None, {"STO001", "STO002", "STO003"})],
)
def test_rules_are_listed_by_the_profiles_they_speak_in(run_costlint: Run, profile: str | None, told: set[str]) -> None:
    arguments = ["--profile", profile] if profile else []
    result = run_costlint("rules", "list", "--select", "STO001,STO002,STO003", *arguments)
    assert {line.split()[0] for line in result.out.splitlines()} == told
    assert "mixed" in next(line for line in result.out.splitlines() if line.startswith("STO003"))


def test_a_selection_lists_only_its_rules(run_costlint: Run) -> None:
    ids = {line.split()[0] for line in run_costlint("rules", "list", "--select", "STO").out.splitlines()}
    assert "STO001" in ids
    assert all(rule.startswith("STO") for rule in ids)


@pytest.mark.parametrize("name", ["STO001", "gp2-volume", "sto001"])
def test_a_rule_is_shown_by_id_or_name(run_costlint: Run, name: str) -> None:
    outcome = run_costlint("rules", "show", name)
    assert outcome.out.startswith("STO001 gp2-volume\n")
    assert run_costlint("explain", name).out == outcome.out


def test_an_unknown_rule_gets_a_suggestion(run_costlint: Run) -> None:
    outcome = run_costlint("rules", "show", "gp2-volum")
    assert outcome.code == 2
    assert 'there is no rule "gp2-volum"; did you mean "gp2-volume"' in outcome.err


def test_rules_of_ones_own_are_listed_too(run_costlint: Run, folder: Path) -> None:
    (folder / "ACM001.yaml").write_text(_RULE % ("gp2", "gp3"))
    assert "ACM001" in run_costlint("rules", "list", "--rules", "mine").out


def test_a_rule_that_keeps_its_promises_passes(run_costlint: Run, folder: Path) -> None:
    (folder / "ACM001.yaml").write_text(_RULE % ("gp2", "gp3"))
    outcome = run_costlint("rules", "test", "mine")
    assert (outcome.code, outcome.out) == (0, "1 rule, 2 examples, 0 failures\n")


def test_a_rule_that_breaks_them_fails_with_each_reason(run_costlint: Run, folder: Path) -> None:
    (folder / "ACM001.yaml").write_text(_RULE % ("gp3", "gp2"))
    outcome = run_costlint("rules", "test", "mine")
    assert outcome.code == 1
    assert "mine/ACM001.yaml: ACM001, example 1: the bad example does not fire" in outcome.out
    assert "ACM001, example 2: the good example fires: aws_ebs_volume.a uses gp2" in outcome.out


def test_a_rule_whose_change_costs_more_fails(run_costlint: Run, folder: Path) -> None:
    dearer = (_RULE % ("gp3", "gp2")).replace("match: {type: gp2}", "match: {type: gp3}")
    (folder / "ACM001.yaml").write_text(dearer.replace("change: {type: gp3}", "change: {type: gp2}"))
    assert run_costlint("rules", "test", "mine").code == 1


def test_a_rule_without_examples_fails(run_costlint: Run, folder: Path) -> None:
    (folder / "ACM001.yaml").write_text(_RULE.partition("examples:")[0])
    assert "needs at least one bad and one good example" in run_costlint("rules", "test", "mine").out


def test_a_rule_that_cannot_be_read_is_a_sentence_with_its_place(run_costlint: Run, folder: Path) -> None:
    (folder / "ACM001.yaml").write_text((_RULE % ("gp2", "gp3")).replace("severity: medium", "severity: mild"))
    outcome = run_costlint("rules", "list", "--rules", "mine")
    assert outcome.code == 2
    assert outcome.err.startswith("costlint: mine/ACM001.yaml:6:")


def test_a_folder_without_rules_is_nothing_to_do(run_costlint: Run, folder: Path) -> None:
    assert run_costlint("rules", "test", "mine").code == 4


def test_practices_name_the_rules_behind_them(run_costlint: Run) -> None:
    (line,) = [row for row in run_costlint("practices").out.splitlines() if row.split()[:1] == ["storage.tiered"]]
    assert "STO001" in line


def test_practices_without_a_rule_can_be_asked_for(run_costlint: Run) -> None:
    assert "storage.tiered" not in run_costlint("practices", "--missing").out


def test_a_practice_without_a_rule_says_what_answers_it(run_costlint: Run) -> None:
    (line,) = [row for row in run_costlint("practices").out.splitlines() if row.split()[:1] == ["track.benchmark"]]
    assert "costlint size" in line


def test_every_practice_has_rules_or_says_what_answers_it() -> None:
    served = {source.rule.practice for source in load_rules().sources}
    assert [one.key for one in Catalog().practices() if bool(one.answer) == (one.key in served)] == []


@pytest.mark.parametrize("selector", ["NOPE", "STO001,NOPE", "gp2-volum"])
def test_listing_rules_that_do_not_exist_is_a_usage_error(run_costlint: Run, selector: str) -> None:
    outcome = run_costlint("rules", "list", "--select", selector)
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no rule" in outcome.err


def test_a_rule_selected_twice_is_listed_once(run_costlint: Run) -> None:
    out = run_costlint("rules", "list", "--select", "STO001,gp2-volume,STO001").out
    assert [line.split()[0] for line in out.splitlines()] == ["STO001"]
