"""What a comparison tells of a finding, whether it was found now or read from a saved report."""

from __future__ import annotations

from costlint.model import Finding
from costlint.model.differences import Amount, FindingDelta, ProposedChange
from costlint.reports import json_parts
from costlint.reports.json_parts import change_fields, finding_fields
from costlint.reports.json_schema import AmountOut, ChangeOut, FindingOut

_LONGEST = 200
_EXACT = 2**53
_SAVED_ALIKE = [name for name in FindingDelta.__struct_fields__ if name in FindingOut.__struct_fields__]
_CHANGED_ALIKE = [name for name in ProposedChange.__struct_fields__ if name in ChangeOut.__struct_fields__]


def as_delta(finding: Finding) -> FindingDelta:
    """A finding of one side; its status is set when both sides are compared."""
    return FindingDelta(
        **finding_fields(finding),
        status="unchanged",
        stacks=tuple(one.stack for one in finding.stacks) or (finding.stack,),
        saving=finding.saving and Amount.of(finding.saving),
        exposure=finding.exposure and Amount.of(finding.exposure),
        gain=finding.gain,
        assumed=finding.assumed,
        environment=finding.environment.name,
        environment_kind=finding.environment.kind,
        change=tuple(ProposedChange(**change_fields(change, plain), quoted=change.line) for change in finding.changes),
    )


def as_saved(one: FindingOut, rate: float) -> FindingDelta:
    """The same of a saved report whose money is `rate` units for one USD."""
    saving, exposure = _amount(one.saving, rate), _amount(one.exposure, rate)
    cash = one.cash_saving.likely / rate if one.cash_saving else None
    less = saving is not None and round(saving.low, 2) < round(saving.likely, 2)
    own = {
        "status": "unchanged",
        "stacks": tuple(each.stack for each in one.stacks) or (one.stack,),
        "saving": saving,
        "exposure": exposure,
        "gain": cash if cash is not None else saving.likely if saving else 0.0,
        "assumed": one.usage_based or one.inferred or less,
        "environment": one.environment.name,
        "environment_kind": one.environment.kind,
        "change": tuple(map(_saved_change, one.change)),
    }
    return FindingDelta(**{name: getattr(one, name) for name in _SAVED_ALIKE} | own)


def plain(value: object) -> object:
    """A value as JSON has it; what is unknown says so. Long text is cut, and integers no program reads exactly are
    text."""
    return json_parts.plain(value, _short)


def _short(written: object) -> object:
    if isinstance(written, str):
        return written if len(written) <= _LONGEST else written[: _LONGEST - 1] + "…"
    exact = not isinstance(written, int) or -_EXACT < written < _EXACT
    return written if exact else str(written)


def _amount(written: AmountOut | None, rate: float) -> Amount | None:
    return None if written is None else Amount(written.low / rate, written.likely / rate, written.high / rate)


def _saved_change(one: ChangeOut) -> ProposedChange:
    return ProposedChange(**{name: getattr(one, name) for name in _CHANGED_ALIKE}, quoted=one.text)
