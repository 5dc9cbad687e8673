from __future__ import annotations

import random

from sample_reports import finding

from costlint.model import Money
from costlint.reports.ranking import ranked


def test_assumed_savings_never_rank_above_certain_ones() -> None:
    certain = finding(saving=Money.exactly(1))
    assumed = finding(saving=Money(1, 5000, 9000), usage_based=True)
    assert ranked([assumed, certain]) == [certain, assumed]


def test_dollars_come_before_exposure_and_exposure_before_the_unpriced() -> None:
    saves = finding(saving=Money.exactly(1))
    exposes = finding(saving=None, exposure=Money.exactly(9000))
    unpriced = finding(saving=None, severity="critical")
    assert ranked([unpriced, exposes, saves]) == [saves, exposes, unpriced]


def test_the_order_does_not_depend_on_the_order_given() -> None:
    findings = [finding(address=f"aws_ebs_volume.v{i}", saving=Money.exactly(i % 3)) for i in range(12)]
    shuffled = random.Random(7).sample(findings, len(findings))
    assert ranked(findings) == ranked(shuffled)
