"""From a bundle of matches to a finding: priced, worded, fingerprinted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf

from msgspec import Struct

from costlint.model import (
    ZERO,
    Acceptance,
    AdaptedModule,
    AddBlock,
    AddResource,
    Confidence,
    Edit,
    Environment,
    Finding,
    Money,
    Patch,
    Region,
    RemoveResource,
    RemoveValue,
    SetValue,
    Stack,
    total,
)
from costlint.policy.bundles import Bundle, described
from costlint.policy.compiling import Section
from costlint.policy.counterfactual import Consulted, Outcome, counterfactual
from costlint.policy.exposure import NO_PRICE, exposed
from costlint.policy.freeing import freed
from costlint.policy.messages import render
from costlint.policy.places import changes, editable
from costlint.policy.reach import is_here
from costlint.policy.reaching import Reaching
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context, Pricer, Subject
from costlint.policy.values import proposed, values_of
from costlint.policy.waivers import NO_REASON

_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]')
_NUMBER = re.compile(r"\[\d+\]")
_LOWER: dict[Confidence, Confidence] = {"high": "medium", "medium": "low", "low": "low"}


class Priced(Struct):
    """A finding with what the totals need: its bundle and, unless it is an exposure, its outcome."""

    finding: Finding
    bundle: Bundle
    outcome: Outcome | None


class Assembler:
    """Turns the bundles of one stack into findings."""

    def __init__(self, context: Context, settings: CheckSettings, consulted: Consulted, price: Pricer) -> None:
        self._context = context
        self._settings = settings
        self._consulted = consulted
        self._price = price
        self._reaching = Reaching(context.view)
        self._total: Money | None = None
        self._worths: dict[object, float] = {}

    def stack_total(self) -> Money:
        """What the stack costs a month as far as it is priced."""
        if self._total is None:
            self._total = total(estimate.monthly for estimate in self._context.estimates.values())
        return self._total

    def finding(self, bundle: Bundle) -> Priced | None:
        """The finding of a bundle; None if it saves or exposes nothing, or cannot be priced and is to be hidden."""
        section = bundle.matches[0].section
        if section.exposure:
            return self._exposure(bundle, section)
        if bundle.unknown:
            return self._unpriced(bundle, section, Patch(()), None, (bundle.unknown,))
        best: tuple[Patch, Outcome] | None = None
        doubtful: tuple[Patch, Outcome, tuple[str, ...]] | None = None
        numbers, ranked = self._promising(bundle, section)
        for number in numbers:
            patch = bundle.patch(number)
            outcome = self.outcome(patch, section)
            reasons = outcome.doubts
            if reasons:
                doubtful = doubtful or (patch, outcome, reasons)
            elif outcome.pays and (best is None or outcome.saving.likely > best[1].saving.likely):
                best = (patch, outcome)
                if ranked:
                    break
        if best is not None:
            patch, outcome = best
            return Priced(self._build(bundle, patch, outcome, saving=outcome.saving), bundle, outcome)
        if doubtful is not None:
            return self._unpriced(bundle, section, *doubtful)
        return None

    def _promising(self, bundle: Bundle, section: Section) -> tuple[Sequence[int], bool]:
        """The alternatives to price, in that order, and whether the order says which saves most: of copies that cost
        the same, one is asked for all before the best alternative is priced in full. What saves nothing is left."""
        if len(bundle.alternatives) == 1:
            return bundle.alternatives, False
        copies: dict[object, list[int]] = {}
        for index, match in enumerate(bundle.matches):
            estimate = self._context.estimates.get(match.address)
            copies.setdefault((id(estimate), match.subject.resource.region), []).append(index)

        worth = {
            number: sum(self._worth(bundle, alike[0], number, kind) * len(alike) for kind, alike in copies.items())
            for number in bundle.alternatives
        }
        first, *others = sorted(bundle.alternatives, key=worth.__getitem__, reverse=True)
        return [first, *(number for number in others if worth[number] > 0 or worth[number] == -inf)], True

    def _worth(self, bundle: Bundle, index: int, number: int, kind: object) -> float:
        """What an alternative saves on one match, -inf if that cannot be told; known of every match of this kind."""
        match = bundle.matches[index]
        edits = bundle.candidates[index][number]
        paths = tuple(edit.path for edit in edits if isinstance(edit, (SetValue, RemoveValue, AddBlock)))
        key = (id(match.section), kind, paths, described(edits, match.address))
        worth = self._worths.get(key)
        if worth is None:
            outcome = self.outcome(bundle.patch(number, (index,)), match.section)
            worth = self._worths[key] = -inf if outcome.unpriced else outcome.saving.likely
        return worth

    def outcome(self, patch: Patch, section: Section) -> Outcome:
        """The counterfactual of a patch on the stack as written."""
        context = self._context
        return counterfactual(
            patch, context.view, context.estimates, self._consulted, self._price, usage_moves=section.usage_moves
        )

    def _exposure(self, bundle: Bundle, section: Section) -> Priced | None:
        subjects = {match.address: match.subject for match in bundle.matches}
        amounts = [exposed(section, subject, self.stack_total) for subject in subjects.values()]
        known = [amount for amount in amounts if amount is not None]
        patch = bundle.patch(0)
        if not known:
            return self._unpriced(bundle, section, patch, None, (NO_PRICE,))
        exposure = total(known)
        if exposure.likely <= 0:
            return None
        return Priced(self._build(bundle, patch, None, exposure=exposure), bundle, None)

    def _unpriced(
        self, bundle: Bundle, section: Section, patch: Patch, outcome: Outcome | None, reasons: tuple[str, ...]
    ) -> Priced | None:
        if not section.show_unpriced:
            return None
        return Priced(self._build(bundle, patch, None, unpriced=reasons), bundle, None)

    def _build(
        self,
        bundle: Bundle,
        patch: Patch,
        outcome: Outcome | None,
        *,
        saving: Money | None = None,
        exposure: Money | None = None,
        unpriced: tuple[str, ...] = (),
    ) -> Finding:
        match = bundle.matches[0]
        section, subject = match.section, match.subject
        rule, place, stack = section.rule, bundle.place, self._context.view.stack
        addresses = _addresses(bundle)
        edits = changes(patch.edits, self._context.view, bundle.located())
        confidence = rule.confidence
        if saving is not None and saving.low <= 0:
            confidence = _LOWER[confidence]
        basis = outcome.basis() if outcome else []
        inferred = any(component.inferred for component in basis)
        adapter = stack.adapter_of(subject.resource)
        if (inferred or subject.resource.adapted) and confidence == "high":
            confidence = "medium"
        listed = change = cash = None
        if outcome is not None and saving is not None and self._settings.own_prices:
            listed = outcome.list_saving
            if self._settings.cash is not None:
                change = outcome.change_of_spend
                cash = self._settings.cash([stack], change)
        more: dict[str, object] = {
            "addresses": addresses,
            "count": len(addresses),
            "before": edits[0].before if edits else None,
            "after": edits[0].after if edits else None,
            "saving": saving,
            "exposure": exposure,
        }
        if patch.edits and "proposed" in section.message:
            more["proposed"] = proposed(subject, patch, outcome.estimates if outcome else {})
        if match.together:
            more["group"] = {"count": len(match.together), "kept": len(match.together), "removed": 0}
        if match.removed:
            kept, gone = len(match.kept), len(addresses) // len(bundle.matches)
            more["group"] = {"count": gone + kept, "kept": kept, "removed": gone}
        assumed_usage = tuple(dict.fromkeys(text for component in basis for text in component.assumptions))
        known = fingerprint(rule.id, _place_of(bundle, stack), patch)
        comment = bundle.suppression
        accepted = self._settings.waived.get(known)
        if accepted is None and self._settings.baseline is not None:
            accepted = self._settings.baseline(known, stack.name, rule.id, addresses)
        if comment:
            stands = f"{comment.file}:{comment.comment_line}"
            accepted = Acceptance(comment.reason or NO_REASON, stands, comment.until)
        region = subject.resource.region
        assumed = (_assumed_region(region),) if region.assumed and region.evidence else ()
        told = _told(subject, adapter)
        return Finding(
            rule=rule,
            stack=stack.name,
            addresses=addresses,
            resource_type="" if section.stack else subject.resource.type,
            span=place.span,
            chain=place.chain,
            message=render(section.message, values_of(subject, **more)),
            patch=patch,
            changes=edits,
            environment=_environment(bundle),
            severity=self._settings.severity_of(rule, place.span.file),
            confidence=confidence,
            fingerprint=known,
            saving=saving,
            exposure=exposure,
            list_saving=listed,
            cash_saving=cash,
            change_of_spend=change,
            current=outcome.current if outcome else None,
            proposed=outcome.proposed if outcome else None,
            freed=freed(outcome.freed, self._context) if outcome and saving is not None else (),
            rebilled=outcome.rebilled if outcome and saving is not None else (),
            moved=outcome.moved if outcome and saving is not None else ZERO,
            assumptions=(*assumed_usage, *assumed, *told) if outcome else told,
            unpriced=unpriced,
            usage_based=not section.usage_moves and any(part.assumptions for part in basis),
            inferred=inferred,
            suppressed=accepted.reason if accepted else "",
            acceptance=accepted,
            library=stack.library,
            editable=editable(edits, stack) and is_here(place.span, stack),
            reaches=self._reaching.others(patch, dict.fromkeys(bundle.located(), place)),
            nonprod=section.needs_environment and subject.environment.kind == "nonprod",
        )


def _assumed_region(region: Region) -> str:
    return f"region {region.name} is assumed: {region.evidence}" if region.name else region.evidence


def _told(subject: Subject, adapter: AdaptedModule | None) -> tuple[str, ...]:
    """What is known of a resource by what a module or chart that is not here is given."""
    if adapter is not None:
        return (f"{adapter.release} is read from its inputs",)
    chart = subject.resource.attributes.get("chart", "it")
    return (f"{chart} is read from its values: the chart is not here",) if subject.resource.adapted else ()


def _environment(bundle: Bundle) -> Environment:
    """The environment all of it is in; of several, none."""
    found = [match.subject.environment for match in bundle.matches]
    return found[0] if len({(one.kind, one.name) for one in found}) == 1 else Environment()


def _addresses(bundle: Bundle) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in bundle.matches:
        kind, view = match.subject.resource.type, match.subject.context.view
        gone = [edit.address for edit in match.removed if view.resources[edit.address].type == kind]
        changed = [subject.resource.address for subject in match.together]
        found.update(dict.fromkeys(gone or changed or [match.address]))
    return tuple(found)


def _place_of(bundle: Bundle, stack: Stack) -> str:
    """What a finding is known by beside its rule: the text to edit, by name, whichever stacks it ends up in. Where
    nothing names it (a plan without its source) it is the stack and the block, with the key of a single instance whose
    literal stands elsewhere. What is about a whole stack is known by that."""
    if bundle.matches[0].section.stack:
        return f"{stack.path}\nstack"
    if bundle.place.name:
        return f"{bundle.matches[0].subject.resource.type}\n{bundle.place.name}"
    addresses = _addresses(bundle)
    blocks = {_INDEX.sub("", address) for address in addresses}
    alone = len(addresses) == 1 and len(bundle.place.chain) > 1
    return f"{stack.path}\n{_NUMBER.sub('', addresses[0]) if alone else min(blocks)}"


def fingerprint(rule: str, place: str, patch: Patch) -> str:
    """Stable under moved lines, other wording and other values: the rule, the text to edit, and how the first edit
    changes it. (What else has to be edited may depend on values: a larger disk needs its IOPS written.)"""
    import hashlib

    text = "\n".join((rule, place, *map(_summary, patch.edits[:1])))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _summary(edit: Edit) -> str:
    if isinstance(edit, SetValue):
        return "set " + ".".join(map(str, edit.path))
    if isinstance(edit, RemoveValue):
        return "drop " + ".".join(map(str, edit.path))
    if isinstance(edit, AddBlock):
        return "block " + ".".join(map(str, edit.path))
    if isinstance(edit, AddResource):
        return "add " + edit.type
    assert isinstance(edit, RemoveResource)
    return "remove"
