"""Amounts, places, findings and lines of bills as every JSON report writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from costlint.model import Change, Component, Diagnostic, Environment, Finding, Money, Stack, Unknown
from costlint.model.currency import Currency, shown_currency
from costlint.reports.json_schema import (
    AmountOut,
    CurrencyOut,
    DeployedOut,
    DiagnosticOut,
    EnvironmentOut,
    UnpricedOut,
)


def amount_out(amount: Money) -> AmountOut:
    """An amount of USD in the currency that is shown."""
    low, likely, high = map(money_out, amount)
    return AmountOut(low, likely, high, shown_currency().code)


def money_out(amount: float) -> float:
    """USD in the currency that is shown, to a hundredth of a cent: differences stay exact enough, noise of floating
    point goes."""
    return round(amount * shown_currency().rate, 4)


def currency_out(currency: Currency) -> CurrencyOut:
    return CurrencyOut(currency.code, currency.rate, currency.date)


def diagnostic_out(diagnostic: Diagnostic) -> DiagnosticOut:
    return DiagnosticOut(diagnostic.severity, diagnostic.message, diagnostic.file, diagnostic.line, diagnostic.column)


def environment_out(environment: Environment) -> EnvironmentOut:
    return EnvironmentOut(environment.name, environment.kind, environment.evidence)


def unpriced_out(reasons: Mapping[str, int]) -> list[UnpricedOut]:
    """The most frequent reason first."""
    return [UnpricedOut(*one) for one in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))]


def line_fields(part: Component) -> dict[str, Any]:
    """The fields of a LineOut."""
    low, likely, high = (round(amount, 4) for amount in part.quantity)
    return {
        "name": part.name,
        "quantity_low": low,
        "quantity": likely,
        "quantity_high": high,
        "unit": part.unit,
        "unit_price": part.unit_price * shown_currency().rate,
        "monthly": amount_out(part.monthly),
        "sku": part.sku,
        "source": part.source,
        "date": part.date,
        "usage": part.usage,
        "inferred": part.inferred,
        "assumptions": list(part.assumptions),
    }


def stack_fields(stack: Stack) -> dict[str, Any]:
    """The fields every report has of a stack."""
    return {
        "name": stack.name,
        "kind": stack.kind,
        "path": stack.path,
        "workspace": stack.workspace,
        "var_files": list(stack.var_files),
        "environment": environment_out(stack.environment),
        "region": stack.region.name,
        "region_assumed": stack.region.assumed,
        "library": stack.library,
        "deployed": [DeployedOut(*one) for one in stack.deployed],
    }


def finding_fields(finding: Finding) -> dict[str, Any]:
    """The fields a FindingOut and the finding of a comparison have in common."""
    rule, span = finding.rule, finding.span
    return {
        "rule": rule.id,
        "name": rule.name,
        "title": rule.title,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "fix": rule.fix,
        "fingerprint": finding.fingerprint,
        "stack": finding.stack,
        "addresses": finding.addresses,
        "type": finding.resource_type,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": finding.message,
        "usage_based": finding.usage_based,
        "inferred": finding.inferred,
        "editable": finding.editable,
        "assumptions": finding.assumptions,
        "unpriced": finding.unpriced,
    }


def change_fields(change: Change, value: Callable[[object], object]) -> dict[str, Any]:
    """The fields a ChangeOut and the change of a comparison have in common; `value` makes JSON of what is changed."""
    file, line, column, end_line, end_column = change.span or ("", 0, 0, 0, 0)
    return {
        "address": change.address,
        "path": change.path,
        "before": value(change.before),
        "after": value(change.after),
        "file": file,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "name": change.name,
    }


def plain(value: object, scalar: Callable[[object], object] | None = None) -> Any:
    """The value as JSON has it; what is unknown says so, and whom it depends on. `scalar` has a last word on texts and
    numbers."""
    if isinstance(value, Unknown):
        return {"unknown": str(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item, scalar) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, scalar) for item in value]
    written = value if value is None or isinstance(value, (bool, int, float)) else str(value)
    return written if scalar is None else scalar(written)
