"""Published configurations that run, and such that do not: the estimate says the same."""

import csv
from pathlib import Path

import pytest

from costlint.catalog import Catalog
from costlint.sizing.devices import device
from costlint.sizing.engines import engine_defaults
from costlint.sizing.formats import kv_bytes, weight_format
from costlint.sizing.memory import Fit, Load, Placement, fit
from costlint.sizing.models import Models
from costlint.sizing.names import Names, quantised

_TABLE = Path(__file__).with_name("known_configurations.csv")
_ROWS = list(csv.DictReader(_TABLE.read_text(encoding="utf-8").splitlines()))
_NAMES = Names(Models())
_CATALOG = Catalog()

LEAST_RIGHT = 0.95


def answer(row: dict[str, str]) -> Fit:
    name, _, form = row["model"].partition(" ")
    named = _NAMES.find(name)
    assert named is not None
    accelerator = _CATALOG.accelerator(row["accelerator"])
    assert accelerator is not None
    load = Load(
        weight_format(form) if form else None,
        kv_bytes(row["kv"]) if row["kv"] else None,
        int(row["length"]),
    )
    if row["sequences"]:
        load = load._replace(running=int(row["sequences"]))
    placement = Placement(device(accelerator), int(row["tensor"]), int(row["pipeline"]))
    engine = engine_defaults(row["engine"], row["tag"])  # type: ignore[arg-type]
    return fit(quantised(named), load, placement, engine, utilisation=float(row["utilisation"] or 0) or None)


def test_published_configurations_are_judged_as_they_turned_out() -> None:
    wrong = [
        f"{row['model']} on {row['accelerator']}" for row in _ROWS if answer(row).fits is not (row["runs"] == "yes")
    ]
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(_ROWS), wrong


def test_the_table_holds_both_kinds() -> None:
    assert len(_ROWS) >= 60
    assert sum(row["runs"] == "no" for row in _ROWS) >= 12


@pytest.mark.parametrize("row", [row for row in _ROWS if row["runs"] == "no"], ids=lambda row: row["model"])
def test_what_is_known_not_to_run_is_never_said_to_fit(row: dict[str, str]) -> None:
    assert answer(row).fits is not True
