"""What flexible commitments of Google Cloud cover, and how much they take off."""

from __future__ import annotations

import pytest
from your_stacks import yours

from costlint.config import Commitment
from costlint.model.money import Capacity
from costlint.prices.scopes import Scopes


def terms(name: str, term: str, service: str = "compute") -> tuple[bool, float | None]:
    commitment = Commitment("gcp", "cud", hourly=10.0, term=term)
    capacity = Capacity("gcp", "us-central1", service, name.rpartition("-")[0], name)
    scopes = Scopes(yours())
    return scopes.covers(commitment, capacity), scopes.discount(commitment, capacity)


@pytest.mark.parametrize(
    ("machine", "one_year", "three_years"),
    [
        ("n4-standard-8", 28, 46),
        ("c4a-highcpu-16", 28, 46),
        ("c4n-standard-8", 28, 54),
        ("h3-standard-88", 17, 38),
        ("g2-standard-8", 21, 43),  # with its L4, since 2026-08-11
        ("g4-standard-48", 16, 42),
        ("m3-ultramem-32", None, 63),
    ],
)
def test_each_series_has_its_own_percentage(machine: str, one_year: float | None, three_years: float) -> None:
    assert terms(machine, "1y") == (True, one_year)
    assert terms(machine, "3y") == (True, three_years)


@pytest.mark.parametrize("machine", ["a3-highgpu-8g", "a2-highgpu-1g", "t2d-standard-8"])
def test_other_accelerators_and_tau_machines_are_not_covered(machine: str) -> None:
    assert terms(machine, "3y") == (False, None)


def test_pods_of_autopilot_are_covered() -> None:
    assert terms("gke.autopilot-vcpu", "1y", "gke") == (True, 28)
