"""Nothing but what fetches opens a connection: whole commands, with every socket of theirs forbidden."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from git_repositories import Repository

ROOT = Path(__file__).parents[2]
GUARD = """import os, sys

def forbid(event, arguments):
    asked = event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.connect")
    if asked or (event == "socket.__new__" and int(arguments[1]) != 1):
        with open(os.environ["SOCKETS"], "a") as file:
            file.write(f"{event} {arguments!r}\\n")
        raise OSError("sockets are forbidden")

sys.addaudithook(forbid)
"""
FILES = {
    "infra/main.tf": """provider "aws" {
  region = "us-east-1"
}
resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 16000
  type              = "gp2"
}
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}
module "own" {
  source = "git::https://example.com/own.git?ref=v1"
}
""",
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n"
    "  - {name: redis, version: 1.x, repository: https://charts.example.com}\n",
    "charts/web/templates/web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n"
    "  template:\n    spec:\n      containers: [{name: web, image: nginx}]\n",
    "apps/app.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: app}\nspec:\n"
    "  source: {repoURL: https://charts.example.com, chart: redis, targetRevision: 1.0.0}\n",
    "kustomize/kustomization.yaml": "resources:\n  - https://example.com/base?ref=v1\n",
}


class Machine:
    """Runs costlint where it can open no socket, and keeps what it tried."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(folder / "repository")
        self.repository.commit({"README.md": "words\n"})
        self.repository.write(FILES)
        self.repository.stage()
        (folder / "guard").mkdir()
        (folder / "guard" / "sitecustomize.py").write_text(GUARD)
        self._asked = folder / "asked"
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "CI"))}
        self._variables = {**kept, "PYTHONPATH": str(folder / "guard"), "SOCKETS": str(self._asked)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from costlint.cli import main; main()", *arguments]
        return subprocess.run(
            command, cwd=self.repository.root, env=self._variables, capture_output=True, text=True, check=False
        )

    @property
    def asked(self) -> str:
        return self._asked.read_text() if self._asked.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scan", "."), "gp2 where gp3"),
        (("scan", str(ROOT / "fixtures" / "llm-platform" / "envs")), "month"),
        (("estimate", "."), "aws_ebs_volume"),
        (("diff", "--base", "main"), "new finding"),
        (("hook",), "new finding worth"),
        (("explain", "infra/main.tf:7"), "gp3"),
        (("baseline", "write", "."), ""),
        (("modules", "list"), "terraform-aws-modules/vpc/aws"),
        (("charts", "list"), "redis"),
        (("prices", "show", "m7i.large"), "m7i.large"),
        (("models", "fit", "llama-3.1-8b", "--gpu", "L4"), "L4"),
        (("comment", "github", "--base", "main", "--dry-run"), "gp2 where gp3"),
        (("init", "--with", "github", "--dry-run"), "costlint"),
    ],
    ids=lambda value: " ".join(value[:2]).replace(str(ROOT), "") if isinstance(value, tuple) else "",
)
def test_no_connection_is_opened_or_asked_for(machine: Machine, arguments: tuple[str, ...], said: str) -> None:
    ran = machine.run(*arguments)
    assert ran.returncode in (0, 1, 5), ran.stderr
    assert said in ran.stdout
    assert machine.asked == ""


@pytest.mark.parametrize("arguments", [("prices", "update", "azure"), ("modules", "fetch", "infra")])
def test_what_fetches_is_caught_by_the_same_guard(machine: Machine, arguments: tuple[str, ...]) -> None:
    ran = machine.run(*arguments)
    assert ran.returncode == 3
    assert "socket.getaddrinfo" in machine.asked
