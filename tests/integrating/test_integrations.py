"""What costlint writes for each system is what that system reads, and what its commands say is understood."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Context, UsageError
from packaging.requirements import Requirement

from costlint import __version__
from costlint.cli import costlint
from costlint.integrating import KINDS, IntegrationError, changes_for, suggested

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    "github": "github-workflows",
    "gitlab": "gitlab-ci",
    "azure": "azure-pipelines",
    "bitbucket": "bitbucket-pipelines",
}
_LINE = re.compile(r"\bcostlint ((?:hook|diff|scan|comment|estimate)\b[^|;&>\n]*)")


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_each_file_is_what_the_published_schema_of_the_system_allows(name: str, schema: str, tmp_path: Path) -> None:
    (file,) = [change for change in changes_for(tmp_path, name) if change.path == KINDS[name].file]
    written = tmp_path / "file.yml"
    written.write_text(file.after)
    check = ("-m", "check_jsonschema", "--regex-variant", "python", "--builtin-schema", f"vendor.{schema}")
    command = [sys.executable, *check, str(written)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", KINDS)
def test_every_command_line_of_an_integration_is_understood(name: str, tmp_path: Path) -> None:
    text = "".join(change.after for change in changes_for(tmp_path, name))
    if name == "gitlab":
        text = changes_for(tmp_path, name)[0].after
    lines = [found.strip() for found in _LINE.findall(text)]
    assert lines
    for line in lines:
        understood(line)


def understood(line: str) -> None:
    """Parse a command line without running it. Raises click's UsageError."""
    verb, *arguments = shlex.split(line)
    command = costlint.get_command(Context(costlint), verb)
    assert command is not None, verb
    command.make_context(verb, arguments)


def test_an_option_nobody_knows_is_not_understood() -> None:
    with pytest.raises(UsageError):
        understood("diff --bass main")


@pytest.mark.parametrize("name", KINDS)
def test_the_version_that_is_installed_is_this_one(name: str, tmp_path: Path) -> None:
    text = "".join(change.after for change in changes_for(tmp_path, name))
    assert f"costlint[helm]=={__version__}" in text or name == "atlantis"
    assert "@" not in re.sub(r"@v?\d|'@'", "", text)


def test_the_local_hook_runs_for_the_files_of_the_published_one(tmp_path: Path) -> None:
    (change,) = changes_for(tmp_path, "pre-commit")
    (local,) = yaml.safe_load(change.after)["repos"][0]["hooks"]
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    for key in ("id", "files", "exclude", "pass_filenames", "require_serial", "language"):
        assert local[key] == published[key], key


def test_the_hook_can_come_from_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".pre-commit-config.yaml").write_text("repos:\n  - repo: https://example.com/a # ours\n    rev: v1\n")
    (change,) = changes_for(tmp_path, "pre-commit", "infra", "https://example.com/costlint")
    first, second = yaml.safe_load(change.after)["repos"]
    assert "# ours" in change.after
    assert first["rev"] == "v1"
    assert second["repo"] == "https://example.com/costlint"
    assert second["rev"] == f"v{__version__}"
    assert second["hooks"] == [{"id": "costlint", "args": ["infra"], "additional_dependencies": [".[helm]"]}]


@pytest.mark.parametrize("name", ["github", "gitlab", "azure", "bitbucket"])
@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://example.com/costlint", "https://example.com/costlint"),
        ("git@example.com:acme/costlint.git", "ssh://git@example.com/acme/costlint.git"),
    ],
)
def test_until_a_release_a_job_installs_from_a_repository(name: str, address: str, url: str, tmp_path: Path) -> None:
    job = changes_for(tmp_path, name, ".", address, "4f2a9c1")[0]
    assert f"'costlint[helm] @ git+{url}@4f2a9c1'" in job.after
    assert "Until" not in job.after
    assert Requirement(f"costlint[helm] @ git+{url}@4f2a9c1").url == f"git+{url}@4f2a9c1"
    assert (
        f"# Until {__version__} is released: costlint init --repository URL --rev"
        in changes_for(tmp_path, name)[0].after
    )


def test_a_directory_is_a_place_for_the_hook_and_not_for_a_job(tmp_path: Path) -> None:
    (change,) = changes_for(tmp_path, "pre-commit", ".", "../costlint", "4f2a9c1")
    assert yaml.safe_load(change.after)["repos"][0]["repo"] == "../costlint"
    with pytest.raises(IntegrationError, match="cannot reach"):
        changes_for(tmp_path, "github", ".", "../costlint", "4f2a9c1")


@pytest.mark.parametrize("rev", ["1234567", "12e4567", "4f2a9c1", "v0.1.0"])
def test_the_commit_of_a_hook_is_text(rev: str, tmp_path: Path) -> None:
    (change,) = changes_for(tmp_path, "pre-commit", ".", "https://example.com/costlint", rev)
    assert yaml.safe_load(change.after)["repos"][0]["rev"] == rev


@pytest.mark.parametrize(("address", "rev"), [("https://x/$(id)", ""), ("https://x/a'b", ""), ("https://x", "a;b")])
def test_no_address_becomes_a_command(address: str, rev: str, tmp_path: Path) -> None:
    with pytest.raises(IntegrationError, match="cannot be written into a command"):
        changes_for(tmp_path, "github", ".", address, rev)


def test_what_is_there_is_not_added_again(tmp_path: Path) -> None:
    for name in KINDS:
        for change in changes_for(tmp_path, name):
            place = tmp_path / change.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(change.after)
        assert changes_for(tmp_path, name) == []


def test_gitlab_gets_a_file_of_its_own_and_one_line_in_what_is_there(tmp_path: Path) -> None:
    text = "include:\n  - local: a.yml # mine\n\njob:\n  script: [make]\n"
    (tmp_path / ".gitlab-ci.yml").write_text(text)
    job, entry = changes_for(tmp_path, "gitlab")
    assert job.path == ".gitlab/costlint.yml"
    assert entry.after == text.replace("# mine\n", "# mine\n  - local: .gitlab/costlint.yml\n")


@pytest.mark.parametrize(
    ("present", "name", "sentence"),
    [
        ({".pre-commit-config.yaml": "repos: []\n"}, "pre-commit", "add this to repos:\n- repo: local"),
        ({".gitlab-ci.yml": "include: a.yml\n"}, "gitlab", "add this to include:\n- local: .gitlab/costlint.yml"),
        ({"bitbucket-pipelines.yml": "image: x\n"}, "bitbucket", "is there already and stays as it is; --force"),
    ],
)
def test_what_people_wrote_otherwise_is_left_to_them(
    tmp_path: Path, present: dict[str, str], name: str, sentence: str
) -> None:
    for path, text in present.items():
        (tmp_path / path).write_text(text)
    with pytest.raises(IntegrationError) as refused:
        changes_for(tmp_path, name)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("path", ["a b", "$(id)", "a;b", "a'b", "é"])
def test_no_name_of_a_directory_becomes_a_command(tmp_path: Path, path: str) -> None:
    with pytest.raises(IntegrationError, match="cannot be written into a command"):
        changes_for(tmp_path, "github", path)


def test_what_a_repository_uses_is_suggested(tmp_path: Path) -> None:
    assert suggested(tmp_path) == []
    (tmp_path / ".github").mkdir()
    (tmp_path / "atlantis.yaml").write_text("version: 3\n")
    assert suggested(tmp_path) == ["github", "atlantis"]


def test_atlantis_shows_what_a_plan_changes(tmp_path: Path) -> None:
    """The step of the workflow itself, run on a plan as `terraform show -json` writes it."""
    import json
    import os

    def disk(kind: str, size: int) -> dict[str, Any]:
        return {
            "address": "aws_ebs_volume.d",
            "mode": "managed",
            "type": "aws_ebs_volume",
            "name": "d",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "values": {"availability_zone": "us-east-1a", "size": size, "type": kind},
        }

    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [disk("gp3", 2000)]}},
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [disk("gp3", 1000)]}}},
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    (change,) = changes_for(tmp_path, "atlantis")
    step = yaml.safe_load(change.after)["workflows"]["costlint"]["plan"]["steps"][-1]["run"]
    tool = tmp_path / "costlint"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from costlint.cli import main; main()" "$@"\n')
    tool.chmod(0o755)
    paths = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", step],
        cwd=tmp_path,
        env={**os.environ, "PATH": paths, "SHOWFILE": "plan.json"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("▲ +$80.00/mo")
    assert f"```text\n{done.stdout}```" in (ROOT / "docs" / "atlantis.md").read_text(encoding="utf-8")
