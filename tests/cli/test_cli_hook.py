"""costlint hook, on real repositories and as a hook that git runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from git_repositories import REDIS, Repository

VOLUME = """resource "aws_ebs_volume" "{name}" {{
  availability_zone = "us-east-1a"
  size              = {size}
  type              = "{type}"
}}
"""


def volume(name: str, size: int, kind: str = "gp2") -> str:
    return VOLUME.format(name=name, size=size, type=kind)


@pytest.fixture
def repository(tmp_path: Path, run_costlint: object, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    made = Repository(tmp_path / "infra")
    made.write({"prod/main.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n' + volume("old", 16000)})
    made.write({"dev/main.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n'})
    made.commit()
    monkeypatch.chdir(made.root)
    return made


def test_new_waste_is_stopped_with_what_to_write_instead(
    repository: Repository, run_costlint: Callable[..., object]
) -> None:
    repository.write({"dev/data.tf": volume("data", 16000)})
    repository.stage()
    code, out, err = run_costlint("hook")  # type: ignore[misc]
    assert (code, err) == (1, "")
    assert out.startswith("1 new finding worth $250/month in what is staged")
    assert "dev/data.tf:4:23" in out
    assert 'type = "gp2"  + "gp3"' in out
    assert "also iops = 16000, throughput = 250" in out
    assert "prod/main.tf" not in out


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dev/data.tf", volume("data", 100)),
        ("dev/data.tf", volume("data", 16000, "gp3")),
        ("dev/data.tf", 'resource "aws_ebs_volume" "data" {\n  size = '),
        ("prod/other.tf", volume("small", 10)),
        ("README.md", "words"),
    ],
    ids=["little", "no waste", "broken", "beside waste that was there", "no infrastructure"],
)
def test_whatever_else_is_staged_may_be_committed(
    repository: Repository, run_costlint: Callable[..., object], path: str, text: str
) -> None:
    repository.write({path: text})
    repository.stage()
    assert run_costlint("hook") == (0, "", "")


@pytest.mark.parametrize(("path", "imported"), [("README.md", False), ("dev/data.tf", True)])
def test_the_pipeline_is_imported_where_infrastructure_is_staged(
    repository: Repository, path: str, imported: bool
) -> None:
    repository.write({path: "# words\n"})
    repository.stage()
    program = (
        "import sys; sys.argv[1:] = ['hook']\n"
        "from costlint.cli import main\n"
        "try: main()\n"
        "except SystemExit as done: print(done.code, 'costlint.pipeline' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"0 {imported}\n"


@pytest.mark.parametrize(
    ("sizes", "line"),
    [
        ([2000], "1 new finding worth $20.00/month, under the $50.00 that stops a commit"),
        ([2000, 3000], "2 new findings worth $45.00/month, each under the $50.00 that stops a commit"),
    ],
)
def test_new_waste_that_stops_nobody_is_counted_in_one_line(
    repository: Repository, run_costlint: Callable[..., object], sizes: list[int], line: str
) -> None:
    repository.write({"dev/data.tf": "".join(volume(f"v{size}", size) for size in sizes)})
    repository.stage()
    assert run_costlint("hook") == (0, "", f"costlint: {line} (costlint diff --base HEAD)\n")
    repository.commit()
    repository.write({"dev/data.tf": "\n# the same again\n" + "".join(volume(f"v{size}", size) for size in sizes)})
    repository.stage()
    assert run_costlint("hook") == (0, "", "")


def test_smaller_waste_is_not_told_beside_what_stops_a_commit(
    repository: Repository, run_costlint: Callable[..., object]
) -> None:
    repository.write({"dev/data.tf": volume("data", 16000) + volume("little", 2000)})
    repository.stage()
    code, out, err = run_costlint("hook")  # type: ignore[misc]
    assert (code, err) == (1, "")
    assert out.startswith("1 new finding worth $250/month in what is staged")


def test_the_commit_a_push_is_compared_with_is_named(
    repository: Repository, run_costlint: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = repository.git("rev-parse", "HEAD")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", before)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", repository.commit({"dev/data.tf": volume("data", 3000)}))
    code, _, err = run_costlint("hook")  # type: ignore[misc]
    assert code == 0
    assert err.endswith(f"(costlint diff --base {before[:12]})\n")


def test_waste_that_moves_is_not_new(repository: Repository, run_costlint: Callable[..., object]) -> None:
    repository.write({"prod/volumes.tf": "\n\n" + volume("old", 16000)})
    repository.write({"prod/main.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n'})
    repository.stage()
    assert run_costlint("hook") == (0, "", "")


def test_what_is_not_staged_is_not_judged(repository: Repository, run_costlint: Callable[..., object]) -> None:
    repository.write({"dev/data.tf": volume("data", 16000)})
    assert run_costlint("hook") == (0, "", "")
    repository.stage()
    repository.write({"dev/data.tf": volume("data", 16000, "gp3")})
    assert run_costlint("hook")[0] == 1  # type: ignore[index]


def test_a_changed_module_is_judged_in_the_roots_that_call_it(
    repository: Repository, run_costlint: Callable[..., object]
) -> None:
    repository.write({"modules/disk/main.tf": 'variable "size" {}\n' + volume("d", 1, "gp3")})
    repository.write({"dev/disk.tf": 'module "disk" {\n  source = "../modules/disk"\n  size   = 16000\n}\n'})
    repository.commit()
    repository.write(
        {
            "modules/disk/main.tf": 'variable "size" {}\n'
            + volume("d", 1).replace("size              = 1", "size              = var.size")
        }
    )
    repository.stage()
    code, out, _ = run_costlint("hook")  # type: ignore[misc]
    assert code == 1
    assert "modules/disk/main.tf:5:23" in out


def test_the_amount_that_stops_a_commit_can_be_chosen(
    repository: Repository, run_costlint: Callable[..., object]
) -> None:
    repository.write({"dev/data.tf": volume("data", 16000)})
    repository.stage()
    code, out, _ = run_costlint("hook", "--min-saving", "300")  # type: ignore[misc]
    assert (code, out) == (0, "")
    assert run_costlint("hook", "dev", "--min-saving", "100")[0] == 1  # type: ignore[index]
    assert run_costlint("hook", "prod") == (0, "", "")


def test_a_push_is_compared_by_the_commits_pre_commit_names(
    repository: Repository, run_costlint: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = repository.git("rev-parse", "HEAD")
    repository.write({"dev/data.tf": volume("data", 16000)})
    after = repository.commit()
    assert run_costlint("hook") == (0, "", "")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", before)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", after)
    assert run_costlint("hook")[0] == 1  # type: ignore[index]


def test_the_first_commit_is_judged_as_a_whole(
    tmp_path: Path, run_costlint: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Repository(tmp_path / "fresh")
    fresh.write({"main.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n' + volume("a", 16000)})
    fresh.stage()
    monkeypatch.chdir(fresh.root)
    assert run_costlint("hook")[0] == 1  # type: ignore[index]


def test_outside_a_repository_there_is_nothing_to_compare(tmp_path: Path, run_costlint: Callable[..., object]) -> None:
    code, _, err = run_costlint("hook")  # type: ignore[misc]
    assert code == 3
    assert "is not inside a git work tree" in err


def test_git_itself_stops_the_commit(repository: Repository) -> None:
    hook = repository.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from costlint.cli import main; main()" hook\n')
    hook.chmod(0o755)
    before = repository.git("rev-parse", "HEAD")
    repository.write({"dev/data.tf": volume("data", 16000)})
    repository.stage()
    repository.git("commit", "--quiet", "--message", "waste", check=False)
    assert repository.git("rev-parse", "HEAD") == before
    repository.write({"dev/data.tf": volume("data", 16000, "gp3")})
    repository.git("commit", "--quiet", "--all", "--message", "no waste")
    assert repository.git("log", "-1", "--format=%s") == "no waste"


@pytest.mark.parametrize("waste", [True, False])
def test_charts_that_cannot_be_checked_are_named_once_and_stop_nobody(
    repository: Repository, run_costlint: Callable[..., object], monkeypatch: pytest.MonkeyPatch, waste: bool
) -> None:
    monkeypatch.setattr("costlint.readers.helm.engines.open_engine", lambda *_: None)
    monkeypatch.setattr("costlint.readers.helm.read.open_engine", lambda *_: None)
    for name in ("api", "web"):
        repository.write({f"charts/{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n"})
        repository.write({f"charts/{name}/templates/deep/x.yaml": "kind: Deployment\n"})
    if waste:
        repository.write({"dev/data.tf": volume("data", 16000)})
    repository.stage()
    code, _, err = run_costlint("hook")  # type: ignore[misc]
    assert code == int(waste)
    assert err.count("\n") == 1
    assert err.startswith("costlint: the chart charts/api and 1 more are not checked, Helm is missing: pip install")


def test_where_no_chart_is_staged_nothing_is_said_of_helm(
    repository: Repository, run_costlint: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("costlint.readers.helm.engines.open_engine", lambda *_: None)
    repository.commit({"charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n"})
    repository.write({"k8s/config.yaml": "kind: ConfigMap\n", "charts/web/main.tf": "\n"})
    repository.stage()
    assert run_costlint("hook") == (0, "", "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dev/cache.tf", REDIS.replace('"redis"', '"redis" # costlint:ignore=DAT008 we stay', 1)),
        (".costlint.yaml", "ignore: [DAT008]\n"),
    ],
    ids=["comment", "configuration"],
)
def test_accepting_a_finding_brings_no_new_one(
    repository: Repository, run_costlint: Callable[..., object], path: str, text: str
) -> None:
    repository.write({"dev/cache.tf": REDIS})
    repository.stage()
    assert run_costlint("hook").code == 1  # type: ignore[attr-defined]
    repository.commit()
    repository.write({path: text})
    repository.stage()
    assert run_costlint("hook") == (0, "", "")


def test_the_page_about_the_hook_shows_the_line_about_smaller_waste(
    repository: Repository, run_costlint: Callable[..., object]
) -> None:
    repository.write({"dev/data.tf": volume("a", 2000) + volume("b", 3000)})
    repository.stage()
    page = Path(__file__).parents[2] / "docs" / "pre-commit.md"
    assert f"```text\n{run_costlint('hook')[2]}```" in page.read_text(encoding="utf-8")  # type: ignore[index]
