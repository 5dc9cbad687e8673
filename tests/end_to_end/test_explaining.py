"""`explain PATH:LINE` as a new user asks: any line of a block, any way to write the path."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_lines import Run


@pytest.mark.parametrize("line", [5, 6, 7, 8, 9])
def test_any_line_of_a_block_is_explained(here: Path, costlint_: Run, line: int) -> None:
    outcome = costlint_("explain", f"infra/good.tf:{line}")
    assert outcome.code == 0
    assert "STO001 gp2-volume" in outcome.out
    assert "1,000 gb-month × $0.10 = $100" in outcome.out


@pytest.mark.parametrize(
    "written", ["./infra/good.tf", "infra/../infra/good.tf", "{here}/infra/good.tf", "link/good.tf"]
)
def test_the_path_may_be_written_in_any_way(here: Path, costlint_: Run, written: str) -> None:
    (here / "link").symlink_to("infra")
    assert "saving             $20.00/month" in costlint_("explain", f"{written.format(here=here)}:8").out


def test_a_line_of_a_module_is_explained_from_where_it_is_deployed(here: Path, costlint_: Run) -> None:
    (here / ".git").mkdir()
    (here / "modules" / "disk").mkdir(parents=True)
    (here / "modules" / "disk" / "main.tf").write_text(
        'variable "kind" {}\n\nresource "aws_ebs_volume" "v" {\n  size = 500\n  type = var.kind\n}\n'
    )
    for name in ("dev", "prod"):
        (here / "envs" / name).mkdir(parents=True)
        (here / "envs" / name / "main.tf").write_text(
            'provider "aws" {\n  region = "us-east-1"\n}\n'
            'module "disk" {\n  source = "../../modules/disk"\n  kind   = "gp2"\n}\n'
        )
    text = costlint_("explain", "modules/disk/main.tf:4").out
    assert [line.strip() for line in text.splitlines() if "/month in us-east-1" in line] == [
        "$50.00/month in us-east-1, envs/dev",
        "$50.00/month in us-east-1, envs/prod",
    ]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("gone.tf:3", "costlint: there is no file gone.tf"),
        ("infra:3", "costlint: there is no file infra"),
        ("infra/good.tf:0", "costlint: there is no line 0 in infra/good.tf: it has 9"),
        ("infra/good.tf:10", "costlint: there is no line 10 in infra/good.tf: it has 9"),
        ("NOPE", 'costlint: there is no rule "NOPE"'),
        ("gp2-volum", 'costlint: there is no rule "gp2-volum"; did you mean "gp2-volume"'),
    ],
)
def test_what_is_not_there_is_a_sentence(here: Path, costlint_: Run, place: str, sentence: str) -> None:
    outcome = costlint_("explain", place)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(sentence)


def test_a_line_that_costs_nothing_says_so(here: Path, costlint_: Run) -> None:
    outcome = costlint_("explain", "infra/good.tf:2")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Nothing at infra/good.tf:2: no finding leads there")


def test_a_broken_file_is_explained_as_far_as_it_can_be_read(here: Path, costlint_: Run) -> None:
    with (here / "infra" / "good.tf").open("a") as file:
        file.write("}\n")
    assert "STO001" in costlint_("explain", "infra/good.tf:8").out
    assert costlint_("explain", "infra/good.tf:10").code == 0
