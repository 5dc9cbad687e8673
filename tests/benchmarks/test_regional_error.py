"""The published error of inferred regional prices is the one that is measured."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<provider>\w+) \| (?P<name>[^|]+) \| (?P<n>[\d,]+) \|(?P<figures>[^a-z]+)\|", re.MULTILINE)
TOLERANCE = 0.02  # share of the price


@pytest.fixture(scope="module")
def regional_error() -> ModuleType:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import regional_error
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    module: ModuleType = regional_error
    return module


@pytest.fixture(scope="module")
def measured(regional_error: ModuleType) -> list[object]:
    catalog = regional_error.Catalog()
    return [one for provider in regional_error.PROVIDERS for one in regional_error.measure(catalog, provider)]


def figures(table: str) -> dict[tuple[str, str], list[float]]:
    found = {}
    for row in ROW.finditer(table):
        shares = [float(text.replace("%", "").strip()) / 100 for text in row["figures"].split("|") if text.strip()]
        found[row["provider"], row["name"]] = shares
    return found


def test_the_table_in_the_documentation_is_what_is_measured(regional_error: ModuleType, measured: list[object]) -> None:
    page = (ROOT / "docs" / "prices-catalog.md").read_text(encoding="utf-8")
    published = figures(page.partition(regional_error.BEGIN)[2].partition(regional_error.END)[0])
    now = figures(regional_error.as_table(measured))
    advice = "run benchmarks/regional_error.py --write"
    assert len(published) > 30
    for key in published.keys() & now.keys():
        median, p90, _ = published[key]
        assert (median, p90) == pytest.approx(now[key][:2], abs=TOLERANCE), (key, advice)
    assert len(published.keys() ^ now.keys()) <= 3, advice


def test_what_is_inferred_is_right_within_fifteen_percent_nine_times_out_of_ten(
    regional_error: ModuleType, measured: list[object]
) -> None:
    for (_, name), (_, p90, _) in figures(regional_error.as_table(measured)).items():
        if name.startswith(("**", "services")):
            assert p90 <= regional_error.REFUSED_ABOVE, name


def test_the_catalog_refuses_what_the_measurement_refuses(regional_error: ModuleType, measured: list[object]) -> None:
    rows = regional_error.records(regional_error.DATA / "regional_inference.csv")
    written = {(row["provider"], row["group"]): (row["like"] == "yes", row["machines"] == "yes") for row in rows}
    known = {(one.provider, one.group): (one.like_holds, one.machines_hold) for one in measured}  # type: ignore[attr-defined]
    both = written.keys() & known.keys()
    assert len(both) > 100
    assert sum(written[key] != known[key] for key in both) <= len(both) // 20, (
        "run benchmarks/regional_error.py --write"
    )
