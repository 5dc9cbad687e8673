"""Every shipped rule keeps its promises: bad examples fire, are silent and cheaper once changed, good ones are silent,
and the saving it states is the difference of two independent estimates of the whole stack."""

from __future__ import annotations

import pytest

from costlint.policy import load_rules
from costlint.policy.ruleset import Source
from costlint.proving import prove


@pytest.mark.parametrize("source", load_rules().sources, ids=lambda source: source.rule.id)
def test_the_rule_keeps_its_promises(source: Source) -> None:
    proofs = list(prove([source]))
    failures = [f"example {proof.example}: {failure}" for proof in proofs for failure in proof.failures]
    assert proofs
    assert not failures, "\n".join(failures)
