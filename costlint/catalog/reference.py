"""The small tables: accelerators, discounts, support dates, practices, benchmarks, assumptions, defaults."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, cast

from costlint.catalog.facts import (
    Accelerator,
    Assumption,
    Benchmark,
    Commitment,
    Practice,
    Service,
    Support,
    UsageKey,
)
from costlint.catalog.sources import Source
from costlint.catalog.tables import number, records
from costlint.catalog.updates import Updates
from costlint.model import Money


def commitments(path: Path, region: str, sources: dict[str, Source], updates: Updates) -> tuple[Commitment, ...]:
    """The discounts known for one region: what a provider's file states, or what was fetched since."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    found = {_terms(one): one for one in reversed(_commitments(text, region, sources))}
    for one in _commitments(updates.commitments(), region, updates.sources) if updates else ():
        shipped = found.get(_terms(one))
        if shipped is None or one.date > shipped.date:
            found[_terms(one)] = one
    return tuple(reversed(found.values()))


def _commitments(text: str, region: str, sources: dict[str, Source]) -> list[Commitment]:
    found = []
    for line in text.splitlines()[1:]:
        if line.startswith(f"{region},"):
            _, family, kind, term, payment, percent, low, high, source = line.split(",")
            known = sources[source]
            found.append(
                Commitment(
                    float(percent), float(low), float(high), kind, term, payment, known.text, known.date, region, family
                )
            )
    return found


def _terms(one: Commitment) -> tuple[str, ...]:
    return one.family, one.kind, one.term, one.payment


def accelerators(path: Path) -> dict[str, Accelerator]:
    """Accelerators by model."""
    return {row["model"]: _accelerator(row) for row in records(path)}


def support(path: Path) -> dict[tuple[str, str], Support]:
    """Support dates by product and version."""
    return {
        (row["product"], row["version"]): Support(
            row["product"], row["version"], row["standard_end"], row["extended_end"], row["source"]
        )
        for row in records(path)
    }


def practices(path: Path) -> tuple[Practice, ...]:
    return tuple(
        Practice(
            row["key"],
            row["practice"],
            tuple(row["phases"].split()),
            row["group"],
            row["mission"] == "yes",
            row["answer"],
        )
        for row in records(path)
    )


def benchmarks(path: Path) -> tuple[Benchmark, ...]:
    return tuple(
        Benchmark(
            row["key"],
            row["what"],
            float(row["low"]),
            float(row["high"]),
            row["unit"],
            row["source"],
            row["date"],
        )
        for row in records(path)
    )


def assumptions(paths: Iterable[Path]) -> dict[str, Assumption]:
    """Usage assumptions by key, over all providers' files."""
    return {
        row["key"]: Assumption(
            row["key"],
            Money(float(row["low"]), float(row["likely"]), float(row["high"])),
            row["unit"],
            row["text"],
            row["source"],
            row["date"],
        )
        for path in paths
        for row in records(path)
    }


def usage_keys(path: Path) -> dict[str, tuple[UsageKey, ...]]:
    """Keys of Infracost's usage files by resource type."""
    found: dict[str, tuple[UsageKey, ...]] = {}
    for row in records(path):
        how = cast("Literal['sum', 'most', 'shared']", row["how"])
        key = UsageKey(row["key"], row["assumption"], float(row["factor"]), how)
        found[row["resource_type"]] = (*found.get(row["resource_type"], ()), key)
    return found


def services(path: Path) -> dict[str, Service]:
    """Services by the beginning of the resource types that belong to them."""
    return {
        row["prefix"]: Service(
            row["service"], cast("Literal['infrastructure', 'serving', 'data', 'operations']", row["category"])
        )
        for row in records(path)
    }


def defaults(paths: Iterable[Path]) -> dict[str, dict[str, object]]:
    """Provider defaults by resource type and dotted path."""
    import json

    found: dict[str, dict[str, object]] = {}
    for path in paths:
        for row in records(path):
            found.setdefault(row["resource_type"], {})[row["path"]] = json.loads(row["value"])
    return found


def _accelerator(row: dict[str, str]) -> Accelerator:
    confidence = row["confidence"]
    return Accelerator(
        model=row["model"],
        vendor=row["vendor"],
        architecture=row["architecture"],
        memory_gib=float(row["memory_gib"]),
        memory_bandwidth_gb_s=number(row["memory_bandwidth_gb_s"]),
        fp16_tflops=number(row["fp16_tflops"]),
        fp8_tflops=number(row["fp8_tflops"]),
        fp8_support=row["fp8_support"],
        int8_tops=number(row["int8_tops"]),
        fp4_tflops=number(row["fp4_tflops"]),
        tdp_w=number(row["tdp_w"]),
        usable_memory_gib=number(row["usable_memory_gib"]),
        confidence="high" if confidence == "high" else "medium" if confidence == "medium" else "low",
        source=row["source"],
        date=row["date"],
    )
