"""What a change does not touch is read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from git_repositories import PROVIDER, Repository

from costlint import pipeline
from costlint.config import Config
from costlint.diffing.sides import since_commit

_MAIN = (
    PROVIDER
    + """
locals {
  sizes = jsondecode(file("${path.module}/sizes.txt"))
}
resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  type              = "gp3"
  size              = local.sizes.data
}
"""
)
_FILES = {"infra/main.tf": _MAIN, "infra/sizes.txt": '{"data": 100}', "app/main.py": "one", "infra/README.md": "one"}


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sides that were scanned."""
    seen: list[str] = []
    scan = pipeline.scan

    def counting(paths: Any, config: Any, progress: Any = None, trees: Any = None) -> Any:
        seen.append(type(trees[0][0]).__name__ if trees else "")
        return scan(paths, config, progress, trees)

    monkeypatch.setattr(pipeline, "scan", counting)
    return seen


@pytest.mark.parametrize(
    ("changed", "sides", "delta"),
    [
        ({}, 1, 0),
        ({"app/main.py": "two"}, 1, 0),
        ({"app/other.py": "new"}, 1, 0),
        ({"infra/README.md": "two"}, 1, 0),
        ({"infra/main.tf": _MAIN + "# a comment\n"}, 2, 0),
        ({"infra/sizes.txt": '{"data": 300}'}, 2, 16),
        ({"infra/more.tf": ""}, 2, 0),
        ({"infra/terraform.tfvars": ""}, 2, 0),
        ({"infra/sizes.txt": None}, 2, None),
    ],
)
def test_the_side_before_is_read_only_if_something_that_was_read_differs(
    repository: Repository, scans: list[str], changed: Mapping[str, str | None], sides: int, delta: float | None
) -> None:
    repository.commit(_FILES)
    repository.write(changed)
    found = since_commit(["."], Config(), "main")
    assert len(scans) == sides
    assert found.base.kind == "commit"
    if delta is not None:
        assert found.total.delta.likely == pytest.approx(delta)
        assert found.total.before.likely > 0


def test_a_commit_is_not_compared_with_itself(repository: Repository, scans: list[str]) -> None:
    repository.commit(_FILES)
    since_commit(["."], Config(), "main", "main")
    assert len(scans) == 1
