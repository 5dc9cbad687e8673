"""What applying every compatible proposal together saves: computed on one view, not summed over findings."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from costlint.model import ZERO, Estimate, Path, Totals, total
from costlint.model.patches import AddBlock, Edit, RemoveValue, SetValue
from costlint.model.spending import Spend, spend
from costlint.policy.counterfactual import Consulted, Outcome, counterfactual, edited_kinds
from costlint.policy.find import still_matches
from costlint.policy.findings import Priced
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context, Pricer


def totals(
    findings: Iterable[Priced], context: Context, consulted: Consulted, price: Pricer, settings: CheckSettings
) -> Totals:
    """Greedy by saving: a proposal counts if nothing before it edits the same place and, with those applied, its rule
    still matches and still saves. `by_phase` and `by_category` are what each added on the way (likely, USD/month).
    """
    run = _Run(context, consulted, price)
    ranked = [priced for priced in findings if priced.outcome is not None]
    for priced in sorted(ranked, key=lambda p: (-p.finding.worth, p.finding.rule.id, p.finding.addresses)):
        run.consider(priced)
    found = run.result()
    return run.as_paid(found, settings) if settings.own_prices else found


class _Run:
    def __init__(self, context: Context, consulted: Consulted, price: Pricer) -> None:
        self._base = context
        self._price = price
        self._consulted = consulted
        self._draft = context.view.draft()
        self._estimates: dict[str, Estimate] = dict(context.estimates)
        self._moved = self._moved_listed = ZERO
        self._final: list[Estimate] = [*context.estimates.values()]
        self._edited: dict[str, list[Path]] = {}
        self._touched: set[str] = set()
        self._by_phase: dict[str, float] = {}
        self._by_category: dict[str, float] = {}
        self._freed = ZERO
        self._assumed = 0.0

    def consider(self, priced: Priced) -> None:
        finding, outcome = priced.finding, priced.outcome
        assert outcome is not None
        if any(self._conflicts(edit) for edit in finding.patch.edits):
            return
        if self._disturbed(outcome):
            if not self._still_fires(priced):
                return
            try:
                outcome = self._outcome(priced)
            except KeyError:
                return
            if outcome.unpriced or not outcome.pays:
                return
        self._accept(priced, outcome)

    def _conflicts(self, edit: Edit) -> bool:
        path = _path(edit)
        return any(_overlap(path, other) for other in self._edited.get(edit.address, ()))

    def _disturbed(self, outcome: Outcome) -> bool:
        """Whether anything this outcome was computed from has changed since."""
        if not self._touched:
            return False
        for address in outcome.affected:
            if address in self._touched:
                return True
            for estimate in (self._base.estimates.get(address), outcome.estimates.get(address)):
                if estimate is not None and not self._touched.isdisjoint(estimate.consulted):
                    return True
            if any(edge.target in self._touched for edge in self._draft.outgoing(address)):
                return True
        return False

    def _still_fires(self, priced: Priced) -> bool:
        context = self._base.on(self._draft, self._estimates)
        bundle = priced.bundle
        section = bundle.matches[0].section
        if section.group is not None:
            return all(still_matches(section, address, (), context) for address in priced.finding.addresses)
        return all(still_matches(section, m.address, m.subject.prefix, context) for m in bundle.matches)

    def _outcome(self, priced: Priced) -> Outcome:
        moves = priced.bundle.matches[0].section.usage_moves
        patch = priced.finding.patch
        return counterfactual(patch, self._draft, self._estimates, self._consulted, self._price, usage_moves=moves)

    def _accept(self, priced: Priced, outcome: Outcome) -> None:
        rule, patch = priced.finding.rule, priced.finding.patch
        self._touched.update(edited_kinds(patch, self._draft))
        self._draft.apply(patch)
        for address in outcome.affected:
            self._estimates.pop(address, None)
        self._estimates.update(outcome.estimates)
        self._consulted.add(outcome.estimates)
        self._moved += outcome.moved
        self._moved_listed += outcome.moved_listed
        self._touched.update(outcome.affected)
        for edit in patch.edits:
            self._edited.setdefault(edit.address, []).append(_path(edit))
        likely = outcome.billed.likely
        self._freed += total(outcome.freed.values())
        if priced.finding.assumed:
            self._assumed += likely
        self._by_phase[rule.phase] = self._by_phase.get(rule.phase, 0.0) + likely
        self._by_category[rule.category] = self._by_category.get(rule.category, 0.0) + likely

    def result(self) -> Totals:
        current = total(estimate.monthly for estimate in self._base.estimates.values())
        proposed = current
        if self._touched:
            final = self._price(self._draft, [a for a in self._touched if a in self._draft.resources])
            untouched = (e for address, e in self._estimates.items() if address not in self._touched)
            self._final = [*untouched, *final.values()]
            proposed = total(e.monthly for e in self._final) + self._moved
        return Totals(
            current=current,
            proposed=proposed,
            saving=current.minus(proposed),
            by_phase=self._by_phase,
            by_category=self._by_category,
            partial=self._base.view.stack.read_in_part or any(e.unpriced for e in self._base.estimates.values()),
            freed=self._freed,
            assumed=self._assumed,
        )

    def as_paid(self, found: Totals, settings: CheckSettings) -> Totals:
        """The totals with what they are at list prices, and with what the invoice falls by where there are
        commitments."""
        before, after = [*self._base.estimates.values()], self._final
        list_current = total(estimate.listed for estimate in before)
        list_proposed = total(estimate.listed for estimate in after) + self._moved_listed
        change = saving = None
        if settings.cash is not None:
            change = spend(after).plus(Spend(rest=self._moved)).plus(spend(before), -1)
            saving = settings.cash([self._base.view.stack], change)
        return replace(
            found,
            list_current=list_current,
            list_saving=list_current.minus(list_proposed),
            cash_saving=saving,
            change_of_spend=change,
        )


def _path(edit: Edit) -> Path:
    return edit.path if isinstance(edit, (SetValue, RemoveValue, AddBlock)) else ()


def _overlap(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
