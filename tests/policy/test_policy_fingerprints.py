"""What a finding is known by: edits that are not about it leave it alone, wherever it is scanned from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from costlint import pipeline
from costlint.config import Config, ModuleMapping

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
DISK = """\
resource "aws_ebs_volume" "{name}" {{
  availability_zone = "us-east-1a"
  size              = 1000
  type              = {kind}
}}
"""
CALL = 'module "disks" {\n  source = "../modules/disks"\n}\n'
TREE = {
    "infra/main.tf": PROVIDER + 'variable "kind" { default = "gp2" }\n' + DISK.format(name="m", kind="var.kind"),
    "infra/more.tf": DISK.format(name="more", kind='"gp2"'),
    "infra/other.tf": 'resource "aws_ebs_volume" "fine" {\n  size = 1\n  type = "gp3"\n}\n',
    "infra/nodes.tf": "locals {\n"
    '  nodes = {\n    a = { kind = "gp2" }\n    b = { kind = "gp2" }\n  }\n}\n'
    + DISK.format(name="node", kind="each.value.kind").replace("{\n", "{\n  for_each = local.nodes\n", 1),
    "prod/main.tf": PROVIDER + CALL,
    "modules/disks/main.tf": DISK.format(name="shared", kind='"gp2"'),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prints(here: Path, files: Mapping[str, str], *paths: str, **settings: object) -> dict[str, str]:
    """The fingerprint of each finding by what is written where it stands; numbered where that is the same."""
    for name, text in files.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)
    config = Config(select=("STO001",), include_libraries=True, **settings)  # type: ignore[arg-type]
    report = pipeline.scan(paths or (".",), config)
    found: dict[str, str] = {}
    for finding in sorted(report.findings, key=lambda one: one.addresses):
        assert {one.fingerprint for one in finding.stacks} == {finding.fingerprint}
        found["/".join((finding.addresses[0].rpartition(".")[2], finding.rule.id))] = finding.fingerprint
    return found


def without(files: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: text for name, text in files.items() if name not in names}


def test_every_finding_has_one_of_its_own(here: Path) -> None:
    found = prints(here, TREE)
    assert len(found) == 5
    assert len(set(found.values())) == 5


CHANGES = {
    "lines above": {**TREE, "infra/main.tf": "# a heading\n\n\n" + TREE["infra/main.tf"]},
    "another order": {**TREE, "infra/nodes.tf": TREE["infra/nodes.tf"].replace("    a =", "    new = {}\n    a =", 0)},
    "an unrelated resource renamed": {**TREE, "infra/other.tf": TREE["infra/other.tf"].replace("fine", "better")},
    "other sizes": {name: text.replace("1000", "2000") for name, text in TREE.items()},
    "a file renamed": {**without(TREE, "infra/more.tf"), "infra/aaa.tf": TREE["infra/more.tf"]},
    "two files made one": {
        **without(TREE, "infra/more.tf"),
        "infra/main.tf": TREE["infra/more.tf"] + TREE["infra/main.tf"],
    },
    "another block with the same variable": {
        **TREE,
        "infra/second.tf": 'resource "aws_ebs_volume" "zz" {\n  size = 1000\n  type = var.kind\n}\n',
    },
    "another member of the map": {
        **TREE,
        "infra/nodes.tf": TREE["infra/nodes.tf"].replace("    a =", '    aa = { kind = "gp3" }\n    a ='),
    },
    "another root with the same module": {**TREE, "dev/main.tf": PROVIDER + CALL},
    "another call of the same module": {**TREE, "prod/main.tf": PROVIDER + CALL + CALL.replace('"disks"', '"extra"')},
    "the call renamed": {**TREE, "prod/main.tf": PROVIDER + CALL.replace('"disks"', '"storage"')},
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_survives(here: Path, tmp_path_factory: pytest.TempPathFactory, change: str) -> None:
    before = prints(here, TREE)
    for name in TREE:
        (here / name).unlink()
    assert prints(here, CHANGES[change]) == before


@pytest.mark.parametrize("start", ["infra", "modules/disks", ".."])
def test_it_does_not_depend_on_where_costlint_is_started(
    here: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    before = prints(here, TREE)
    monkeypatch.chdir(here / start)
    assert prints(here, {}, str(here)) == before


def test_it_does_not_depend_on_what_else_is_scanned(here: Path) -> None:
    everything = prints(here, {**TREE, "dev/main.tf": PROVIDER + CALL})
    assert prints(here, {}, "prod") == {"shared/STO001": everything["shared/STO001"]}
    assert prints(here, {}, "dev") == prints(here, {}, "prod")


def test_what_is_about_another_literal_is_another_finding(here: Path) -> None:
    before = prints(here, TREE)
    moved = {**TREE, "infra/main.tf": TREE["infra/main.tf"].replace("= var.kind", '= "gp2"')}
    after = prints(here, moved)
    assert after["m/STO001"] != before["m/STO001"]
    assert without(after, "m/STO001") == without(before, "m/STO001")


def test_files_without_comments_have_stable_ones(here: Path) -> None:
    block = {"size": 1000, "type": "gp2", "availability_zone": "us-east-1a"}
    more = {**block, "type": "gp3"}
    first = prints(here, {"json/main.tf.json": json.dumps({"resource": {"aws_ebs_volume": {"d": block}}})})
    text = json.dumps({"resource": {"aws_ebs_volume": {"a": more, "d": block}}}, indent=2)
    assert prints(here, {"json/main.tf.json": text}) == first
    assert len(first) == 1


def planned(*names: str) -> str:
    values = {"size": 1000, "type": "gp2", "availability_zone": "us-east-1a"}
    resources = [
        {"address": f"aws_ebs_volume.{name}", "mode": "managed", "type": "aws_ebs_volume", "name": name}
        | {"provider_name": "registry.terraform.io/hashicorp/aws", "values": values}
        for name in names
    ]
    root = {"root_module": {"resources": resources}}
    return json.dumps({"format_version": "1.2", "planned_values": root, "configuration": {}})


def test_plans_have_stable_ones(here: Path) -> None:
    first = prints(here, {"plans/plan.json": planned("d")})
    both = prints(here, {"plans/plan.json": planned("a", "d")})
    assert both["d/STO001"] == first["d/STO001"]
    assert both["a/STO001"] != both["d/STO001"]


def test_modules_beside_the_repository_are_known_by_their_directory(
    here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def placed(folder: Path) -> dict[str, str]:
        (folder / "disks").mkdir(parents=True)
        (folder / "disks/main.tf").write_text(TREE["modules/disks/main.tf"])
        call = CALL.replace("../modules/disks", "git::https://git.example.com/acme/disks.git")
        mapping = ModuleMapping("git.example.com/acme/*", f"{folder}/*")
        return prints(here, {"prod/main.tf": PROVIDER + call}, modules=(mapping,))

    one, other = (placed(tmp_path_factory.mktemp("place") / "acme-modules") for _ in range(2))
    assert len(one) == 1
    assert one == other
