"""Fetching what Terragrunt units deploy: their modules, and the templates stack files make units from."""

from __future__ import annotations

from pathlib import Path

import pytest
from module_servers import DISK, Remote

from costlint.config import Config
from costlint.modules import Options, Outcome, fetch, list_calls
from costlint.pipeline import scan


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path / "network")


def fetched() -> Outcome:
    return fetch(["."], Config(), Options(), lambda *_: None)


def types() -> list[object]:
    report = scan(["."], Config())
    assert [each for each in report.diagnostics if each.severity != "note"] == []
    return [each.attributes["type"] for result in report.stacks for each in result.stack.resources]


def test_the_module_of_a_unit_is_fetched_with_what_it_calls(machine: Path, remote: Remote) -> None:
    caller = 'module "disk" {\n  source = "../disk"\n}\n'
    remote.commit({"app/main.tf": caller, "disk/main.tf": DISK % "gp2"}, tag="v1.0.0")
    (machine / "live/app").mkdir(parents=True)
    text = f'terraform {{\n  source = "{remote.url}//app?ref=v1.0.0"\n}}\n'
    (machine / "live/app/terragrunt.hcl").write_text(text)
    assert [(site.file, site.line, site.resolution.way) for site in list_calls(["."], Config())] == [
        ("live/app/terragrunt.hcl", 2, "missing")
    ]
    outcome = fetched()
    assert (len(outcome.fetched), outcome.failures) == (1, [])
    assert [(site.address, site.resolution.way) for site in outcome.sites] == [
        ("module.app", "cache"),
        ("module.disk", "tree"),
    ]
    assert types() == ["gp2"]


def test_a_template_is_fetched_and_then_the_module_it_asks_for(machine: Path, remote: Remote, tmp_path: Path) -> None:
    remote.commit({"disk/main.tf": DISK % "gp3"}, tag="v1.0.0")
    catalog = Remote(tmp_path / "catalog")
    source = f"{remote.url}//disk?ref=${{values.version}}"
    catalog.commit({"units/disk/terragrunt.hcl": f'terraform {{\n  source = "{source}"\n}}\n'})
    (machine / "terragrunt.stack.hcl").write_text(
        f'unit "disk" {{\n  source = "{catalog.url}//units/disk"\n  path = "disk"\n'
        '  values = {\n    version = "v1.0.0"\n  }\n}\n'
    )
    outcome = fetched()
    assert (len(outcome.fetched), outcome.failures) == (2, [])
    assert types() == ["gp3"]


def test_a_module_that_cannot_be_fetched_is_told_where_the_source_is_written(machine: Path, remote: Remote) -> None:
    remote.commit({"app/main.tf": DISK % "gp2"})
    text = f'terraform {{\n  source = "{remote.url}//app?ref=none"\n}}\n'
    (machine / "app").mkdir()
    (machine / "app/terragrunt.hcl").write_text(text)
    ((site, _),) = fetched().failures
    assert (site.file, site.line, site.column) == ("app/terragrunt.hcl", 2, 12)
