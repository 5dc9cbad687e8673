"""A run with your prices: the catalog it rests on, the invoice it ends in, and what is to be said about both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from costlint.config import Config
from costlint.model import Diagnostic, Money, Report, Stack, StackResult, total
from costlint.model.currency import showing
from costlint.model.spending import Spend
from costlint.prices.accounts import Accounts
from costlint.prices.cash import Held
from costlint.prices.catalog import YourCatalog
from costlint.prices.reading import read_prices

CashSaving: TypeAlias = Callable[[Sequence[Stack], Spend], Money]


class Paying:
    """Reads the price files of a configuration. Raises ConfigError. `catalog` prices everything; once all of it is
    priced, `settle` opens the accounts changes are measured on."""

    def __init__(self, config: Config, fetched: Path | None = None) -> None:
        book = read_prices(config.price_files)
        self.currency = book.currency
        self.catalog = YourCatalog(book, (*config.commitments, *book.commitments), config.as_of, fetched)
        self._accounts: Accounts | None = None
        self._least = config.min_saving

    def settle(self, results: Iterable[StackResult]) -> None:
        """Take the bills of all stacks, each saying whether it counts."""
        if self.catalog.held:
            self._accounts = Accounts(self.catalog, results)

    @property
    def cash(self) -> CashSaving | None:
        """What an invoice falls by, None if nothing is committed."""
        return None if self._accounts is None else self._accounts.saving

    @property
    def commitments(self) -> tuple[Held, ...]:
        """Commitments that cover machines, with what they cost."""
        return () if self._accounts is None else self._accounts.cash.for_machines

    def diagnostics(self) -> list[Diagnostic]:
        """Rows, and commitments, that come to nothing."""
        with showing(self.currency):
            accounts = self._accounts.diagnostics(self._least) if self._accounts else []
        return [*self.catalog.diagnostics(), *accounts]

    def report(self, report: Report) -> Report:
        """The report with its totals at list prices and in cash."""
        results = [result for result in report.stacks if result.counted]
        counted = [result.totals for result in results]
        totals = replace(
            report.totals,
            list_current=total(estimate.listed for result in results for estimate in result.estimates.values()),
            list_saving=_sum(one.list_saving for one in counted),
        )
        if self._accounts is not None:
            changes = [one.change_of_spend for one in counted if one.change_of_spend is not None]
            change = reduce(Spend.plus, changes, Spend())
            saving = self._accounts.cash.saving(change) if changes else None
            cash = self._accounts.cash.current
            totals = replace(totals, cash_current=cash, cash_saving=saving, change_of_spend=change)
        uses = self._accounts.cash.uses() if self._accounts is not None else ()
        return replace(report, totals=totals, currency=self.currency, commitments=uses)


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    return total(known) if known else None
