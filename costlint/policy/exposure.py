"""What is at stake where a rule saves nothing by itself: `exposure` of a rule, in USD a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from costlint.clusters.workloads import is_workload
from costlint.model import Component, Estimate, Money, UnknownValue, total
from costlint.policy.compiling import Section
from costlint.policy.equality import number
from costlint.policy.messages import evaluate
from costlint.policy.subject import Subject
from costlint.policy.values import values_of

NO_PRICE = "what is at stake cannot be priced"
"""What a finding says that shows no amount: its exposure is unknown, or its rule says `exposure: unpriced`."""


def exposed(section: Section, subject: Subject, stack_total: Callable[[], Money]) -> Money | None:
    """The dollars a month at stake for one subject; None if they cannot be told."""
    text = section.exposure
    if text == "unpriced":
        return None
    if text == "stack" or (text == "monthly" and subject.stack):
        return stack_total()
    if text == "monthly":
        estimate = subject.context.estimates.get(subject.resource.address)
        if estimate is None:
            return None
        parts = tuple(_parts(estimate, subject))
        return None if estimate.unpriced and not parts else total(part.monthly for part in parts)
    amount = number(text)
    if amount is None:
        try:
            amount = number(evaluate(text, values_of(subject)))
        except UnknownValue:
            return None
    return None if amount is None else Money.exactly(amount)


def _parts(estimate: Estimate, subject: Subject) -> Iterable[Component]:
    """Of a workload, those of the pods the rule stands on."""
    if not is_workload(subject.resource.type):
        return estimate.components
    from costlint.policy.placing import components_of

    return components_of(subject)
