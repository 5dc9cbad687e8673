"""The invoices of a run: every stack's changes are measured on the bill of everything deployed with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from costlint.model import Diagnostic, Money, Stack, StackResult
from costlint.model.currency import shown_currency
from costlint.model.spending import Spend, spend
from costlint.prices.cash import Cash, lasts, named
from costlint.prices.catalog import YourCatalog

_MOST_NAMED = 3
_CENT = 0.005


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

    def diagnostics(self, least: float = 0.0) -> list[Diagnostic]:
        """Commitments that come to nothing, those nobody knows the terms of, and those that lie idle for more than
        `least` USD a month."""
        found = [
            Diagnostic("note", f"commitments: {named(one)} ended on {one.until} and covers nothing")
            for one in self._catalog.held
            if not lasts(one, self._catalog.as_of)
        ]
        for held, use in zip(self.cash.held, self.cash.uses(), strict=True):
            idle = f"{_amount(use.idle_hourly)} an hour ({_amount(use.idle)} a month)"
            lies_idle = use.idle > max(least, _CENT)
            covered = [c for c in self.cash.baseline.coverable if self._catalog.scopes.covers(held.commitment, c)]
            if not covered:
                text = f"commitments: {use.name} covers nothing scanned here"
                found.append(Diagnostic("warning", f"{text}: {idle}") if lies_idle else Diagnostic("note", text))
                continue
            unclear = sorted({c.name for c in covered if self._catalog.scopes.discount(held.commitment, c) is None})
            if unclear:
                names = ", ".join(unclear[:_MOST_NAMED]) + (" and others" if len(unclear) > _MOST_NAMED else "")
                so = "it counts as not covered" if held.spends else "it counts as bought at list price"
                text = f"nobody says what {named(held.commitment)} takes off {names}: add its discount; until then {so}"
                found.append(Diagnostic("warning", f"commitments: {text}"))
            if lies_idle:
                text = f"{use.name} is {use.used:.0%} used: {idle} covers nothing scanned here"
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


def _amount(amount: float) -> str:
    shown = shown_currency()
    return f"{shown.symbol}{amount * shown.rate:,.2f}"


def _together(spends: Iterable[Spend]) -> Spend:
    found = Spend()
    for one in spends:
        found = found.plus(one)
    return found
