"""Which data files a question opens: those of its region, and no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from costlint import pipeline
from costlint.catalog import Catalog
from costlint.config import Config

STACK = """\
provider "aws" {
  region = "eu-west-1"
}

resource "aws_instance" "a" {
  ami           = "ami-1"
  instance_type = "m5.large"
}

resource "aws_ebs_volume" "d" {
  availability_zone = "eu-west-1a"
  size              = 100
  type              = "gp2"
}

resource "aws_db_instance" "db" {
  engine            = "postgres"
  instance_class    = "db.m6i.large"
  allocated_storage = 100
}

resource "aws_nat_gateway" "n" {
  subnet_id = "subnet-1"
}
"""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The shards that were read, as provider/kind/region."""
    seen: set[str] = set()
    read: Callable[..., str] = Path.read_text

    def watch(path: Path, *arguments: Any, **named: Any) -> str:
        if path.parent.name in ("instances", "services", "managed"):
            seen.add("/".join((*path.parts[-3:-1], path.stem)))
        return read(path, *arguments, **named)

    monkeypatch.setattr(Path, "read_text", watch)
    return seen


def test_a_scan_of_one_region_reads_only_its_shards(tmp_path: Path, opened: set[str]) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(STACK)
    report = pipeline.scan([str(tmp_path)], Config())
    assert all(estimate.priced for estimate in report.stacks[0].estimates.values())
    assert opened == {f"aws/{kind}/eu-west-1" for kind in ("instances", "services", "managed")}


def test_a_price_that_is_inferred_reads_the_reference_region_too(opened: set[str]) -> None:
    catalog = Catalog()
    price = catalog.price("aws", "mx-central-1", "sqs-queue.requests-standard", "request")
    assert price is not None
    assert price.inferred
    assert opened == {"aws/services/mx-central-1", "aws/services/_any", "aws/services/us-east-1"}


def test_no_shard_is_read_before_a_price_is_asked_for(opened: set[str]) -> None:
    catalog = Catalog()
    assert catalog.is_free("aws_iam_role")
    assert catalog.hours_per_month == 730
    assert opened == set()
