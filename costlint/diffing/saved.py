"""Sides that were saved: the JSON of `costlint scan` (stacks and findings) and of `costlint estimate` (resources)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from costlint.diffing.snapshots import Deployed, Priced, Snapshot
from costlint.diffing.telling import as_saved
from costlint.model import Diagnostic, Environment, Money
from costlint.model.currency import Currency
from costlint.model.differences import Side
from costlint.reports.estimate_json import EstimateOut, ResourceOut, StackEstimateOut
from costlint.reports.json_schema import AmountOut, DiagnosticOut, ReportOut, StackOut
from costlint.sources import SourceError
from costlint.sources.limits import LARGEST_FILE, too_large

_NOTHING = Money(0.0, 0.0, 0.0)


def saved_in(path: Path) -> Any:
    """What a saved report holds, None if the path is something else (a directory, a plan). Raises SourceError for a
    file that cannot be read."""
    if path.is_dir() or path.suffix != ".json":
        return None
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise SourceError(too_large(str(path), size))
        found = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None  # what is wrong with it is said by whoever reads it as a plan
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    return found if isinstance(found, dict) and "costlint" in found and "stacks" in found else None


def read_saved(found: Any, name: str) -> Snapshot:
    """The side a saved report stands for. Raises SourceError if it is none this costlint reads."""
    verb = "scan" if "findings" in found else "estimate"
    out: ReportOut | EstimateOut
    try:
        out = msgspec.convert(found, ReportOut) if verb == "scan" else msgspec.convert(found, EstimateOut)
    except msgspec.ValidationError as error:
        raise SourceError(f"{name}: not as costlint {verb} --format json writes it: {error}") from error
    currency = Currency(out.currency.code, out.currency.rate, out.currency.date)
    if not currency.rate > 0:
        raise SourceError(f"{name}: currency.rate is no rate")
    side = Side("report", name)
    diagnostics = tuple(map(_diagnostic, out.diagnostics))
    if isinstance(out, ReportOut):
        return Snapshot(
            side=side,
            stacks=[_stack(one, currency.rate) for one in out.stacks],
            findings=[as_saved(one, currency.rate) for one in out.findings],
            accepted=[as_saved(one, currency.rate) for one in out.suppressed],
            beaten=[as_saved(one, currency.rate) for one in out.lesser],
            diagnostics=diagnostics,
            detailed=False,
            currency=currency,
        )
    stacks = [_estimated(one, currency.rate) for one in out.stacks]
    return Snapshot(side=side, stacks=stacks, diagnostics=diagnostics, currency=currency)


def _stack(one: StackOut, rate: float) -> Deployed:
    return Deployed(
        key=one.name,
        name=one.name,
        root=one.directory,
        directory=one.directory,
        kind=one.kind,
        environment=_environment(one.environment),
        counted=one.counted,
        partial=one.totals.partial,
        fixed=_money(one.totals.current, rate),
        usage=_NOTHING,
    )


def _estimated(one: StackEstimateOut, rate: float) -> Deployed:
    return Deployed(
        key=one.name,
        name=one.name,
        root=one.name.partition(" [")[0],
        directory=one.path,
        kind=one.kind,
        environment=_environment(one.environment),
        counted=one.counted,
        partial=one.partial,
        fixed=_money(one.cost.fixed, rate),
        usage=_money(one.cost.usage, rate),
        resources={resource.address: _priced(resource, rate) for resource in one.resources},
    )


def _priced(one: ResourceOut, rate: float) -> Priced:
    return Priced(
        address=one.address,
        type=one.type,
        module=one.module,
        file=one.file,
        line=one.line,
        fixed=_money(one.cost.fixed, rate),
        usage=_money(one.cost.usage, rate),
        lines=tuple(
            (part.name, part.sku, part.unit, part.unit_price, (part.quantity_low, part.quantity, part.quantity_high))
            for part in one.components
            if not part.allocated
        ),
        unpriced=tuple(one.unpriced),
        free=one.free,
        inferred=any(part.inferred for part in one.components),
        assumptions=tuple(dict.fromkeys(text for part in one.components for text in part.assumptions)),
        tags=one.tags,
        region=one.region,
    )


def _environment(one: Any) -> Environment:
    return Environment(one.kind, one.name, one.evidence)


def _money(amount: AmountOut, rate: float) -> Money:
    return Money(amount.low / rate, amount.likely / rate, amount.high / rate)


def _diagnostic(one: DiagnosticOut) -> Diagnostic:
    return Diagnostic(one.severity, one.message, one.file, one.line, one.column)
