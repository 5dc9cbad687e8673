"""Rules about a whole repository: asked once for everything that is scanned."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config, RootSettings
from costlint.model import Finding
from costlint.pipeline import scan

AUDIT = Config(profile="audit")
MACHINES = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "NAME" {
  ami           = "ami-0abcdef1234567890"
  instance_type = "TYPE"
}
"""
BUDGET = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_budgets_budget" "all" {
  name         = "all"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_unit   = "USD"
  limit_amount = "100000"
}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def machines(name: str, kind: str = "m7i.4xlarge") -> str:
    return MACHINES.replace("NAME", name).replace("TYPE", kind)


def asked(config: Config = AUDIT) -> list[Finding]:
    return [finding for finding in scan(["."], config).findings if finding.rule.id == "GOV001"]


def test_many_roots_are_asked_for_one_budget(here: Path) -> None:
    for name in ("a", "b", "c"):
        write(here / name / "main.tf", machines(name))
    report = scan(["."], AUDIT)
    (finding,) = [finding for finding in report.findings if finding.rule.id == "GOV001"]
    assert finding.exposure is not None
    assert finding.exposure.likely == pytest.approx(report.totals.current.likely)
    assert finding.stack == "."


def test_roots_that_are_small_alone_are_asked_together(here: Path) -> None:
    for number in range(4):
        write(here / str(number) / "main.tf", machines(f"m{number}", "m7i.xlarge"))
    assert len(asked()) == 1
    write(here / "0" / "main.tf", "")
    assert asked() == []


GOOGLE = """\
provider "google" {
  region = "us-central1"
}

resource "google_compute_instance" "NAME" {
  name         = "NAME"
  machine_type = "TYPE"
  zone         = "us-central1-a"
}
"""


def google(name: str, kind: str) -> str:
    return GOOGLE.replace("NAME", name).replace("TYPE", kind)


def test_each_provider_is_asked_about_for_what_it_bills(here: Path) -> None:
    write(here / "aws" / "main.tf", machines("a", "m7i.8xlarge"))
    write(here / "google" / "main.tf", google("g", "n2-standard-32"))
    found = {finding.message.split()[1]: finding for finding in asked()}
    costs = {result.stack.directory: result.totals.current.likely for result in scan(["."], AUDIT).stacks}
    stake = {kind: finding.exposure.likely for kind, finding in found.items() if finding.exposure}
    assert stake == pytest.approx({"aws_budgets_budget": costs["aws"], "google_billing_budget": costs["google"]})
    assert found["google_billing_budget"].addresses == ("google_compute_instance.g",)


def test_a_provider_that_bills_little_is_not_asked_about(here: Path) -> None:
    write(here / "aws" / "main.tf", machines("a", "m7i.8xlarge"))
    write(here / "google" / "main.tf", google("g", "e2-small"))
    assert [finding.message.split()[1] for finding in asked()] == ["aws_budgets_budget"]


def test_a_budget_in_any_root_answers_for_all(here: Path) -> None:
    write(here / "a" / "main.tf", machines("a"))
    write(here / "account" / "main.tf", BUDGET)
    assert asked() == []


def test_a_module_that_is_not_here_may_hold_the_budget(here: Path) -> None:
    write(here / "a" / "main.tf", machines("a"))
    call = 'module "budget" {\n  source = "git::https://git.example.com/acme/budget"\n}\n'
    write(here / "account" / "main.tf", BUDGET.partition("resource")[0] + call)
    assert asked() == []


def test_alternatives_are_not_added_up(here: Path) -> None:
    write(
        here / "main.tf",
        'variable "kind" {}\n' + machines("a").replace('"TYPE"', "var.kind").replace('"m7i.4xlarge"', "var.kind"),
    )
    for name in ("dev", "staging"):
        write(here / f"{name}.tfvars", 'kind = "m7i.2xlarge"\n')
    assert asked() == []
    both = tuple(RootSettings(".", (f"{name}.tfvars",)) for name in ("dev", "staging"))
    assert len(asked(Config(profile="audit", roots=both))) == 1


def test_it_is_suppressed_where_it_stands(here: Path) -> None:
    kept = machines("a").replace("resource", "# costlint:ignore=GOV001 the account has one\nresource")
    write(here / "a" / "main.tf", kept)
    assert asked() == []
    report = scan(["."], AUDIT)
    assert [finding.suppressed for finding in report.suppressed if finding.rule.id == "GOV001"] == [
        "the account has one"
    ]
    assert not any("holds nothing back" in str(diagnostic) for diagnostic in report.diagnostics)


def test_by_default_nobody_asks(here: Path) -> None:
    write(here / "a" / "main.tf", machines("a"))
    assert asked(Config()) == []


def test_nothing_scanned_is_asked_for_nothing(here: Path) -> None:
    assert scan(["."], AUDIT).findings == ()
