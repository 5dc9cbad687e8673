"""What was gathered as a price file that people can read, correct and keep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from costlint.prices.importing.gathering import Cover, Covers, Gathered
from costlint.prices.importing.mapping import Key

_MOST_NAMED = 40
_KINDS = {"aws": "savings-plan", "azure": "savings-plan", "gcp": "cud"}


def written(found: Gathered, rate: float = 1.0, day: str = "") -> str:
    """A price file. `rate` is how many units of the export's currency are one USD, on `day` (ISO)."""
    foreign = found.currency not in ("", "USD")
    money = f", currency: {found.currency}" if foreign else ""
    lines = [
        f"# From an export of costs, {found.first[:10]} to {found.last[:10]}: {found.lines:,} lines, of which",
        f"# {found.mapped:,} are about prices costlint asks for, {found.unmapped.total():,} about others, and "
        f"{found.skipped.total():,} are no usage.",
        "# price: for a unit no commitment covers; effective: with commitments spread over it. docs/prices.md",
    ]
    if foreign:
        lines += [f"currency: {{code: {found.currency}, rate: {_number(rate)}, date: {day}}}"]
    if found.last:
        lines += [f"as_of: {found.last[:10]}"]
    rows = [f"  - {{{_price(key, found)}{money}}}" for key in sorted(found.sums) if found.sums[key].units > 0]
    lines += ["prices:", *rows] if rows else ["prices: []"]
    commitments = list(_commitments(found, rate))
    if commitments:
        lines += ["", "# What commitments covered, on average over that time. Say until when with until: YYYY-MM-DD."]
        lines += ["commitments:", *commitments]
    lines += _left(found)
    return "\n".join(lines) + "\n"


def summary(found: Gathered) -> str:
    """What became of the lines, in one sentence."""
    code = found.currency or "USD"
    text = f"{len(found.sums):,} prices from {found.mapped:,} lines worth {found.mapped_cost:,.2f} {code}"
    if found.unmapped:
        cost = sum(found.unmapped_cost.values())
        name, _ = max(found.unmapped_cost, key=lambda one: (abs(found.unmapped_cost[one]), one))
        text += f"; {found.unmapped.total():,} lines worth {cost:,.2f} {code} have no price of costlint"
        text += f" (most: {_comment(name)})"
    if found.skipped:
        text += f"; {found.skipped.total():,} lines are no usage"
    return text


def _price(key: Key, found: Gathered) -> str:
    sums = found.sums[key]
    price, effective = sums.price, sums.effective / sums.units
    parts = [f"provider: {key.provider}", f"sku: {_text(key.sku)}", f"region: {key.region}", f"unit: {key.unit}"]
    parts += [f"engine: {key.engine}"] if key.engine else []
    parts += [f"deployment: {key.deployment}"] if key.deployment else []
    parts += ["spot: true"] if key.spot else []
    parts.append(f"price: {_number(price)}")
    parts.append(f"list: {_number(sums.listed / sums.units)}")
    if abs(effective - price) > 1e-9 * max(price, effective):
        parts.append(f"effective: {_number(effective)}")
    return ", ".join(parts)


def _commitments(found: Gathered, rate: float) -> Iterator[str]:
    """Reservations as a count, plans by what they cost an hour (USD). Without times nobody can say how many there
    were."""
    if found.hours <= 0:
        return
    for cover in sorted(found.covers, key=_order):
        covers = found.covers[cover]
        parts = [f"provider: {cover.provider}"]
        if cover.key is not None and cover.key.unit == "hour":
            count = covers.units / found.hours
            parts += ["kind: reservation", f"sku: {_text(cover.key.sku)}", f"region: {cover.region}"]
            parts.append(f"count: {_number(count)}")
        elif cover.kind == "spend":
            parts.append(f"kind: {_KINDS[cover.provider]}")
            parts += [f"family: {_text(cover.family)}", f"region: {cover.region}"] if cover.family else []
            parts.append(f"hourly: {_number(covers.effective / found.hours / rate)}")
        else:
            continue
        yield f"  - {{{', '.join([*parts, f'discount: {_off(covers)}'])}}}"


def _off(covers: Covers) -> str:
    """Percent off list prices."""
    if covers.listed <= 0:
        return "0"
    return _number(round(min(max(100 * (1 - covers.effective / covers.listed), 0.0), 100.0), 2))


def _left(found: Gathered) -> Iterator[str]:
    """Comments on what did not become a price, dearest first."""
    ranked = sorted(found.unmapped, key=lambda name: (-abs(found.unmapped_cost[name]), name))
    code = found.currency or "USD"
    if ranked:
        yield ""
        yield f"# Usage costlint has no price for ({sum(found.unmapped_cost.values()):,.2f} {code}):"
    for name, why in ranked[:_MOST_NAMED]:
        number, cost = found.unmapped[name, why], found.unmapped_cost[name, why]
        yield f"#   {_comment(name)}: {number:,} lines, {cost:,.2f} {code}; {why}"
    if len(ranked) > _MOST_NAMED:
        yield f"#   and {len(ranked) - _MOST_NAMED:,} others"
    if found.skipped:
        yield "# Lines that are no usage:"
        yield from (
            f"#   {_comment(why)}: {number:,} lines, {found.skipped_cost[why]:,.2f} {code}"
            for why, number in found.skipped.most_common()
        )


def _order(cover: Cover) -> tuple[str, ...]:
    return (cover.kind, cover.provider, *(map(str, cover.key or ())), cover.family, cover.region)


def _comment(text: str) -> str:
    """Text of the export on one line of a comment."""
    return "".join(character if character.isprintable() else "?" for character in text)[:120]


def _text(text: str) -> str:
    plain: Iterable[str] = (character for character in text if not (character.isalnum() or character in "._-/"))
    return json.dumps(text) if text == "" or any(plain) or text[0].isdigit() else text


def _number(value: float) -> str:
    """Ten digits, never in scientific notation."""
    text = f"{value:.10g}"
    return f"{value:.16f}".rstrip("0") if "e" in text else text
