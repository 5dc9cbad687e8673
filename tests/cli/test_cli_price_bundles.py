"""`costlint prices export --format bundle` and `import`, as people carry prices to where there is no network."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from costlint.updating.collecting import Collected
from costlint.updating.snapshots import write_snapshot

Run = Callable[..., Any]
DISK = """provider "aws" {
  region = "eu-west-1"
}
resource "aws_ebs_volume" "v" {
  availability_zone = "eu-west-1a"
  size              = 1000
  type              = "gp3"
}
"""


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Goes to the machine of a name: a cache of its own."""

    def go(name: str) -> None:
        monkeypatch.setenv("COSTLINT_CACHE_DIR", str(tmp_path / name))

    one = Collected("list", "AWS Price List API, AmazonEC2 eu-west-1", "2026-11-23")
    one.add("service", "eu-west-1", "ebs.gp3.storage", "gb-month", 0.5)
    write_snapshot(tmp_path / "connected" / "prices", "aws", [one], "2026-11-23T00:00:00Z")
    go("connected")
    return go


def test_carried_prices_are_what_a_scan_uses(run_costlint: Run, machines: Callable[[str], None]) -> None:
    Path("main.tf").write_text(DISK)
    exported = run_costlint("prices", "export", "--format", "bundle", "--output", "prices.zip")
    digest = sha256(Path("prices.zip").read_bytes()).hexdigest()
    assert exported == (0, f"aws: 1 row for 1 region, fetched 2026-11-23\n{digest}  prices.zip\n", "")
    machines("isolated")
    assert "$88.00" in run_costlint("estimate", ".").out
    imported = run_costlint("prices", "import", "prices.zip", "--sha256", digest)
    assert imported == (0, "aws: 1 row for 1 region, fetched 2026-11-23; where none were\n", "")
    assert "$500" in run_costlint("estimate", ".").out
    shown = run_costlint("explain", "main.tf:7").out
    assert "2026-11-23" in shown
    assert "AWS Price List API, AmazonEC2 eu-west-1" in shown
    assert run_costlint("prices", "import", "prices.zip").out.endswith("; here already\n")


def test_a_bundle_that_was_tampered_with_is_exit_code_3(run_costlint: Run, machines: Callable[[str], None]) -> None:
    run_costlint("prices", "export", "--format", "bundle", "--output", "prices.zip")
    code, out, err = run_costlint("prices", "import", "prices.zip", "--sha256", "00")
    assert (code, out) == (3, "")
    assert err.startswith("costlint: prices.zip is not the file that was exported: its SHA-256 is ")


def test_where_nothing_was_fetched_there_is_nothing_to_carry(run_costlint: Run) -> None:
    code, out, err = run_costlint("prices", "export", "--format", "bundle", "--output", "prices.zip")
    assert (code, out) == (4, "")
    assert "no prices were fetched here: costlint prices update fetches them" in err
    assert not Path("prices.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("export", "--format", "bundle"), "--format bundle needs --output FILE"),
        (("export", "--format", "bundle", "--region", "x", "-o", "p.zip"), "leave out --region"),
        (("import", "prices.zip", "prices.zip"), "a bundle is imported alone"),
        (("import", "costs.csv", "--force"), "costs.csv is no bundle"),
    ],
)
def test_what_cannot_be_meant_is_exit_code_2(
    run_costlint: Run, machines: Callable[[str], None], arguments: tuple[str, ...], sentence: str
) -> None:
    run_costlint("prices", "export", "--format", "bundle", "--output", "prices.zip")
    Path("costs.csv").write_text("a,b\n")
    code, _, err = run_costlint("prices", *arguments)
    assert code == 2
    assert sentence in err
