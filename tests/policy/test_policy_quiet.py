"""What is told by default: enough dollars, a price, a line that can be edited here and is not production's."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from costlint.config import Config, ModuleMapping, RootSettings
from costlint.model import Finding, Report
from costlint.pipeline import scan
from costlint.policy import load_rules

DISK = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_ebs_volume" "NAME" {
  availability_zone = "us-east-1a"
  size              = SIZE
  type              = "gp2"
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


def disk(name: str, size: int) -> str:
    return DISK.replace("NAME", name).replace("SIZE", str(size))


def told(report: Report, rule: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule.id == rule]


class TestSmallSavings:
    def test_one_below_the_least_is_counted_and_left_out(self, here: Path) -> None:
        write(here / "main.tf", disk("small", 100) + disk("large", 1000).partition("}\n\n")[2])
        report = scan(["."], Config())
        assert [finding.addresses for finding in report.findings] == [("aws_ebs_volume.large",)]
        assert (report.left_out.smaller, report.left_out.min_saving) == (1, 20)
        assert report.left_out.worth == pytest.approx(100 * (0.10 - 0.08))

    def test_the_totals_are_those_of_what_is_told(self, here: Path) -> None:
        write(here / "main.tf", disk("small", 100) + disk("large", 1000).partition("}\n\n")[2])
        report = scan(["."], Config())
        assert report.totals.saving.likely == pytest.approx(1000 * (0.10 - 0.08))
        everything = scan(["."], Config(min_saving=0))
        assert everything.totals.saving.likely == pytest.approx(1100 * (0.10 - 0.08))
        assert everything.left_out.smaller == 0

    @pytest.mark.parametrize(("roots", "findings"), [(2, 0), (3, 1)])
    def test_what_counts_is_the_sum_over_the_stacks_that_share_the_line(
        self, here: Path, roots: int, findings: int
    ) -> None:
        write(here / "modules" / "disk" / "main.tf", disk("shared", 400).partition("}\n\n")[2])
        for number in range(roots):
            call = 'provider "aws" {\n  region = "us-east-1"\n}\n\nmodule "disk" {\n  source = "../modules/disk"\n}\n'
            write(here / f"root{number}" / "main.tf", call)
        report = scan(["."], Config())
        assert len(report.findings) == findings
        assert report.left_out.smaller == 1 - findings
        assert report.totals.saving.likely == pytest.approx(findings * roots * 400 * (0.10 - 0.08))
        assert sum(len(result.findings) for result in report.stacks) == findings * roots


class TestTheAuditProfile:
    GRAPH = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_neptune_cluster" "graph" {
  engine = "neptune"
}

resource "aws_neptune_cluster_instance" "graph" {
  count              = 3
  cluster_identifier = aws_neptune_cluster.graph.id
  instance_class     = "db.r99.large"
}
"""

    def test_what_has_no_price_is_counted_and_told_in_an_audit(self, here: Path) -> None:
        write(here / "main.tf", self.GRAPH)
        report = scan(["."], Config(environment="nonprod"))
        assert report.findings == ()
        assert report.left_out.unpriced == 1
        assert len(told(scan(["."], Config(environment="nonprod", profile="audit")), "DAT001")) == 1

    def test_a_rule_that_is_named_is_told_in_full(self, here: Path) -> None:
        write(here / "main.tf", self.GRAPH)
        assert len(scan(["."], Config(environment="nonprod", select=("DAT001",))).findings) == 1
        assert scan(["."], Config(environment="nonprod", select=("DAT",))).findings == ()

    def test_a_section_may_speak_in_an_audit_only(self, here: Path) -> None:
        volume = disk("fast", 500).replace('"gp2"', '"io2"\n  iops              = 4000')
        write(here / "main.tf", volume)
        assert scan(["."], Config()).findings == ()
        (finding,) = told(scan(["."], Config(profile="audit")), "STO003")
        assert (finding.rule.profile, finding.confidence) == ("audit", "medium")
        write(here / "main.tf", volume.replace("io2", "io1"))
        (finding,) = told(scan(["."], Config()), "STO003")
        assert (finding.rule.profile, finding.confidence) == ("default", "high")


class TestModulesFromElsewhere:
    MODULE = """\
variable "size" {
  type = number
}

variable "kind" {
  type    = string
  default = "gp2"
}

resource "aws_ebs_volume" "this" {
  availability_zone = "us-east-1a"
  size              = var.size
  type              = KIND
}
"""
    CALL = """\
provider "aws" {
  region = "us-east-1"
}

module "disk" {
  source = "git::https://git.example.com/acme/disk"
  size   = 1000
}
"""

    def report(
        self,
        here: Path,
        kind: str,
        *,
        profile: Literal["default", "audit"] = "default",
        call: str = CALL,
        more: str = "",
    ) -> Report:
        elsewhere = here.parent / f"{here.name}-elsewhere"
        write(elsewhere / "main.tf", self.MODULE.replace("KIND", kind) + more)
        write(here / "main.tf", call)
        modules = (ModuleMapping("git::https://git.example.com/acme/*", str(elsewhere)),)
        return scan(["."], Config(modules=modules, profile=profile))

    def test_a_default_there_is_set_where_the_module_is_called(self, here: Path) -> None:
        (finding,) = self.report(here, "var.kind").findings
        assert str(finding.span) == "main.tf:5:1"
        assert finding.chain[-1].what == "variable kind"
        (change,) = finding.changes
        assert (change.address, change.path, change.before, change.after) == ("module.disk", "kind", None, "gp3")
        assert change.span == finding.span
        assert finding.editable

    def test_what_it_offers_no_input_for_is_left_to_an_audit(self, here: Path) -> None:
        report = self.report(here, '"gp2"')
        assert report.findings == ()
        assert report.left_out.not_editable == 1
        (finding,) = told(self.report(here, '"gp2"', profile="audit"), "STO001")
        assert not finding.editable

    @pytest.mark.parametrize(
        ("kind", "certain"), [('coalesce(var.kind, "st1")', True), ("lower(var.kind)", False), ("local.kinds[0]", True)]
    )
    def test_an_input_the_module_works_on_is_no_certain_way(self, here: Path, kind: str, certain: bool) -> None:
        report = self.report(here, kind, more='\nlocals {\n  kinds = [var.kind, "gp3"]\n}\n')
        assert len(report.findings) == certain
        assert report.left_out.not_editable == (not certain)

    def test_an_argument_that_is_passed_is_edited_itself(self, here: Path) -> None:
        call = self.CALL.replace("  size ", '  kind   = "gp2"\n  size ')
        (finding,) = self.report(here, "var.kind", call=call).findings
        assert str(finding.span) == "main.tf:7:12"

    def test_two_calls_are_two_findings(self, here: Path) -> None:
        second = self.CALL.partition("}\n\n")[2].replace('"disk"', '"other"')
        findings = self.report(here, "var.kind", call=f"{self.CALL}\n{second}").findings
        assert sorted(finding.span.line for finding in findings) == [5, 10]


class TestLinesOfProduction:
    POOL = """\
variable "zones" {
  type    = number
  default = 3
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine            = "postgres"
  engine_version    = "17"
  instance_class    = "db.r6g.xlarge"
  allocated_storage = 100
  multi_az          = STANDBY
}

variable "standby" {
  type    = bool
  default = true
}
"""

    @pytest.fixture(autouse=True)
    def two_environments(self, here: Path) -> None:
        write(here / "envs" / "dev.tfvars", "zones = 1\nstandby = true\n")
        write(here / "envs" / "prod.tfvars", "zones = 3\nstandby = true\n")

    @pytest.mark.parametrize(("written", "findings", "shared"), [("var.standby", 1, 0), ("true", 0, 1)])
    def test_what_production_shares_is_no_edit_for_development(
        self, here: Path, written: str, findings: int, shared: int
    ) -> None:
        write(here / "main.tf", self.POOL.replace("STANDBY", written))
        every = RootSettings(".", ("envs/dev.tfvars",), environment="nonprod")
        prod = RootSettings(".", ("envs/prod.tfvars",), environment="prod")
        report = scan(["."], Config(roots=(every, prod)))
        assert len(told(report, "DAT001")) == findings
        assert report.left_out.shared == shared
        audit = told(scan(["."], Config(roots=(every, prod), profile="audit")), "DAT001")
        assert [finding.shared for finding in audit] == [bool(shared)]
        assert (report.totals.saving.likely > 0) is bool(findings)

    def test_alone_it_is_told(self, here: Path) -> None:
        write(here / "main.tf", self.POOL.replace("STANDBY", "true"))
        report = scan(["."], Config(environment="nonprod", alternatives="none"))
        assert [finding.shared for finding in told(report, "DAT001")] == [False]

    def test_a_module_read_from_its_inputs_is_shared_like_any_other(self, here: Path) -> None:
        module = """\
module "vpc" {
  source             = "terraform-aws-modules/vpc/aws"
  version            = "~> 5.0"
  cidr               = "10.0.0.0/16"
  azs                = ["us-east-1a", "us-east-1b", "us-east-1c"]
  private_subnets    = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  public_subnets     = ["10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24"]
  enable_nat_gateway = true
  single_nat_gateway = false
}
"""
        root = 'provider "aws" {\n  region = "us-east-1"\n}\n\nmodule "net" {\n  source = "../modules/net"\n}\n'
        write(here / "modules" / "net" / "main.tf", module)
        write(here / "staging" / "main.tf", root)
        assert len(told(scan(["."], Config()), "NET001")) == 1
        write(here / "production" / "main.tf", root)
        report = scan(["."], Config())
        assert told(report, "NET001") == []
        assert report.left_out.shared == 1


class TestTheShippedRules:
    def test_by_default_only_what_is_sure_and_saves_something_itself(self) -> None:
        for source in load_rules().sources:
            for _, about, _ in source.rule.sections():
                if source.rule.profile_of(about) == "default":
                    assert (about.confidence or source.rule.confidence) == "high", source.rule.id
                    assert (about.exposure, source.rule.exposure) == ("", ""), source.rule.id

    def test_what_is_told_in_part_says_so(self) -> None:
        rules = load_rules()
        for source, rule in zip(rules.sources, rules.rules, strict=True):
            if rule.profile == "mixed":
                assert "audit profile" in " ".join(rule.why.split()), source.file
