"""The invoices of a run: every stack's changes are measured on the bill of everything deployed with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from costlint.config import Commitment
from costlint.model import Diagnostic, Money, Stack, StackResult
from costlint.model.spending import Spend, spend
from costlint.prices.cash import Cash, lasts
from costlint.prices.catalog import YourCatalog

_MOST_NAMED = 3


class Accounts:
    """One account for all stacks that count. A stack that does not (a library, an alternative of another) is measured
    as if it did, in place of the alternatives of its root."""

    def __init__(self, catalog: YourCatalog, results: Iterable[StackResult]) -> None:
        self._results = {id(result.stack): result for result in results}
        self._spends = {key: spend(result.estimates.values()) for key, result in self._results.items()}
        counting = (self._spends[key] for key, result in self._results.items() if result.counted)
        self._catalog = catalog
        self.cash = Cash(catalog.held, catalog, _together(counting))
        self._beside: dict[int, Cash] = {}

    def saving(self, stacks: Sequence[Stack], change: Spend) -> Money:
        """What the invoice falls by (USD a month) if the spend of these stacks changes so together."""
        aside = next((stack for stack in stacks if not self._counts(stack)), None)
        return (self.cash if aside is None else self._instead(aside)).saving(change)

    def diagnostics(self) -> list[Diagnostic]:
        """Commitments that come to nothing, and those nobody knows the terms of."""
        found = [
            Diagnostic("note", f"commitments: {named(one)} ended on {one.until} and covers nothing")
            for one in self._catalog.held
            if not lasts(one, self._catalog.as_of)
        ]
        for held in self.cash.held:
            covered = [c for c in self.cash.baseline.coverable if self._catalog.scopes.covers(held.commitment, c)]
            if not covered:
                found.append(Diagnostic("note", f"commitments: {named(held.commitment)} covers nothing scanned here"))
                continue
            unclear = sorted({c.name for c in covered if self._catalog.scopes.discount(held.commitment, c) is None})
            if unclear:
                names = ", ".join(unclear[:_MOST_NAMED]) + (" and others" if len(unclear) > _MOST_NAMED else "")
                so = "it counts as not covered" if held.spends else "it counts as bought at list price"
                text = f"nobody says what {named(held.commitment)} takes off {names}: add its discount; until then {so}"
                found.append(Diagnostic("warning", f"commitments: {text}"))
        return found

    def _counts(self, stack: Stack) -> bool:
        result = self._results.get(id(stack))
        return result is None or result.counted

    def _instead(self, stack: Stack) -> Cash:
        if id(stack) not in self._beside:
            others = (
                self._spends[key]
                for key, result in self._results.items()
                if result.counted and not (stack.alternative and result.stack.directory == stack.directory)
            )
            self._beside[id(stack)] = self.cash.on(_together((*others, self._spends[id(stack)])))
        return self._beside[id(stack)]


def named(commitment: Commitment) -> str:
    """A commitment in words: "the aws savings-plan for m5 in eu-west-1"."""
    of = commitment.sku or commitment.family or commitment.service
    words = [f"the {commitment.provider} {commitment.kind}"]
    words += [f"for {of}"] if of else []
    words += [f"in {commitment.region}"] if commitment.region != "*" else []
    return " ".join(words)


def _together(spends: Iterable[Spend]) -> Spend:
    found = Spend()
    for one in spends:
        found = found.plus(one)
    return found
