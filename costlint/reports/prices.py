"""Prices as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from costlint.catalog.ageing import Age
from costlint.catalog.comparing import Offer
from costlint.catalog.facts import Price
from costlint.catalog.quotes import Entry, Quote, monthly
from costlint.model.currency import shown_currency
from costlint.reports.amounts import converted, counted, dollars, unit_price
from costlint.reports.columns import table
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, plain


def entry_lines(entries: Iterable[Entry], hours: float, *, width: int = 120, paint: Paint = plain) -> list[str]:
    """What each thing costs: a title, then one line for each way to buy it."""
    lines: list[str] = []
    for entry in entries:
        title = paint(printable(entry.name), "strong")
        size = f"  {printable(entry.size)}" if entry.size else ""
        lines += [*([""] if lines else []), f"{title}{size}  {paint(f'{entry.provider} {entry.region}', 'place')}"]
        head = ("", "unit price", "per", "a month", "off", "date", "source")
        rows = [_quote(quote, hours) for quote in entry.quotes]
        shown = table(
            head,
            rows,
            right=(1, 3, 4),
            roles=("plain", "amount", "plain", "amount"),
            width=max(width - 2, 0),
            paint=paint,
        )
        lines += [f"  {row}" for row in shown]
    return lines


def offer_lines(
    offers: Sequence[Offer], hours: float, *, most: int = 0, width: int = 120, paint: Paint = plain
) -> list[str]:
    """Machines, cheapest first. Regions in which a machine costs the same are one line; `most` lines, 0 for all."""
    grouped: dict[tuple[str, str, str, str], list[Offer]] = {}
    for offer in offers:
        key = offer.shape.provider, offer.shape.name, offer.bought, f"{offer.price.inferred}{offer.price.amount:.9g}"
        grouped.setdefault(key, []).append(offer)
    gpus = any(offer.shape.gpu_count for offer in offers)
    rows = [_offer(same, hours, gpus) for same in list(grouped.values())[: most or None]]
    head = ["machine", "provider", "region", "an hour", "a month", "vCPU", "GiB"]
    head += ["GPUs", "GPU hour", "VRAM GiB"] if gpus else []
    head += ["bought", "date"]
    right = (3, 4, 5, 6, 8, 9) if gpus else (3, 4, 5, 6)
    lines = table(
        head, rows, right=right, roles=("strong", "plain", "place", "amount", "amount"), width=width, paint=paint
    )
    left = len(grouped) - len(rows)
    return lines + ([paint(f"{left:,} more; --all shows them", "dim")] if left > 0 else [])


def age_lines(
    ages: Sequence[Age], months: int, *, parts: bool = False, width: int = 120, paint: Paint = plain
) -> list[str]:
    """The age of every table; `parts`: of every service as well."""
    rows = [_age(age) for age in ages if parts or not age.part]
    head = ("provider", "table", "rows", "oldest", "median", "newest", f"> {months} months", "inferred", "fetched")
    return table(head, rows, right=(2, 6, 7, 8), roles=("plain", "strong"), width=width, paint=paint)


def outcome_lines(
    provider: str, regions: Sequence[str], read: int, mapped: int, unmapped: Mapping[str, int]
) -> list[str]:
    """What an update came to, and why the other rows of the lists stand for nothing here."""
    lines = [f"{provider}: {mapped:,} prices out of {counted(read, 'row')}, in {', '.join(regions) or 'no region'}"]
    for why, number in sorted(unmapped.items(), key=lambda item: (-item[1], item[0])):
        lines.append(f"  left out: {number:,} ({printable(why)})")
    return lines


def _quote(quote: Quote, hours: float) -> tuple[str, ...]:
    price = quote.price
    month = monthly(price, hours)
    off = "" if quote.percent is None else f"{quote.percent:g} %"
    amount = f"{_mark(price)}{_digits(price.amount)}"
    return quote.what, amount, price.unit, dollars(month) if month is not None else "", off, price.date, price.source


def _offer(same: Sequence[Offer], hours: float, gpus: bool) -> list[str]:
    first = same[0]
    shape = first.shape
    more = f" (+{len(same) - 1})" if len(same) > 1 else ""
    cells = [
        shape.name,
        shape.provider,
        f"{shape.region}{more}",
        f"{_mark(first.price)}{_hourly(first.price.amount)}",
        dollars(first.price.amount * hours),
        _number(shape.vcpu),
        _number(shape.memory_gib),
    ]
    if gpus:
        each = _hourly(first.per_gpu) if first.per_gpu is not None else ""
        cells += [f"{_number(shape.gpu_count)} × {shape.gpu_model}" if shape.gpu_model else "", each]
        cells.append(_number(first.vram))
    return [*cells, first.bought, first.price.date]


def _hourly(amount: float) -> str:
    return f"{shown_currency().symbol}{converted(amount):.4f}"


def _age(age: Age) -> tuple[str, ...]:
    name = f"  {age.table}" if age.part else age.table
    shares = (_share(part, age.rows) for part in (age.old, age.inferred, age.fetched))
    return (age.provider or "all", name, f"{age.rows:,}", age.oldest, age.median, age.newest, *shares)


def _digits(amount: float) -> str:
    """A price with the digits that tell, at most six significant ones where it is computed."""
    return unit_price(float(f"{amount:.6g}"))


def _mark(price: Price) -> str:
    return "~" if price.inferred else ""


def _number(amount: float | None) -> str:
    return "?" if amount is None else f"{amount:g}"


def _share(part: int, rows: int) -> str:
    if not part:
        return "–"
    return "< 1 %" if part / rows < 0.01 else f"{part / rows:.0%}".replace("%", " %")
