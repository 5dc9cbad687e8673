"""Guard rails in a scan: said first, with a code of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from git_repositories import PROVIDER

from costlint.cli import costlint
from costlint.cli.failures import run

_VOLUME = (
    'resource "aws_ebs_volume" "data" {\n  availability_zone = "us-east-1a"\n  size = 4000\n  type = "gp2"\n'
    '  tags = {\n    team = "ml"\n  }\n}\n'
)
Scan = Callable[..., tuple[int, str]]


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Scan:
    monkeypatch.chdir(tmp_path)

    def scanned(configuration: str, *arguments: str) -> tuple[int, str]:
        Path("main.tf").write_text(PROVIDER + _VOLUME)
        Path(".costlint.yaml").write_text(configuration)
        code = run(costlint, ["scan", ".", "--no-color", *arguments])
        return code, capsys.readouterr().out

    return scanned


@pytest.mark.parametrize(
    ("rail", "code", "said"),
    [
        ("{budget: 399}", 5, "FAIL  the bill comes to $400/mo, $1.00 above the budget of $399"),
        ("{budget: 400}", 0, ""),
        ("{budget: 100, tag: team=ml, action: warn, name: ml}", 0, "WARN  ml: team=ml comes to $400/mo"),
        ("{budget: 1, tag: team=data}", 0, ""),
        ("{new_finding: {saving: 25}}", 5, "FAIL  1 new finding worth $25.00/mo or more: STO001 at main.tf:10"),
        ("{new_finding: {saving: 500}}", 0, ""),
        ("{increase: 1}", 0, ""),
    ],
)
def test_a_budget_and_a_finding_fail_a_scan(scan: Scan, rail: str, code: int, said: str) -> None:
    found, out = scan(f"guard_rails: [{rail}]")
    assert found == code
    assert (" ".join(said.split()) in " ".join(out.split())) if said else ("FAIL" not in out and "WARN" not in out)


def test_the_threshold_goes_before_a_guard_rail(scan: Scan) -> None:
    assert scan("guard_rails: [{budget: 1}]", "--fail-on", "low")[0] == 1


def test_a_quiet_scan_says_crossed_limits(scan: Scan) -> None:
    code, out = scan("guard_rails: [{budget: 1}]\nignore: [STO]", "--quiet")
    assert (code, out) == (5, "FAIL  the bill comes to $400/mo, $399 above the budget of $1.00\n")


def test_what_is_in_the_baseline_is_not_new(scan: Scan, capsys: pytest.CaptureFixture[str]) -> None:
    rail = "guard_rails: [{new_finding: {}}]"
    assert scan(rail)[0] == 5
    run(costlint, ["baseline", "write"])
    capsys.readouterr()
    assert scan(rail)[0] == 0
