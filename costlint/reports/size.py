"""What would hold a model, for people: the configurations worth looking at, what a token costs, what APIs ask."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from costlint.catalog import Benchmark
from costlint.model import Money
from costlint.model.currency import shown_currency
from costlint.reports.amounts import converted, counted, dollars
from costlint.reports.columns import table
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, Role, indented, plain
from costlint.reports.models import billions
from costlint.sizing.advisor import Option
from costlint.sizing.first_token import FirstToken, first_token, unmeasured
from costlint.sizing.recommending import Recommendation, quality_of, request_cost
from costlint.sizing.sized import Present, Sized

_MOST = 8
_ALIKE = 0.5
_INDENT = "  "
_BY_ACCELERATORS = (
    "what a server costs today is its share of the accelerators × the price of the nodes: nobody else can use what "
    "stands beside them; costlint estimate splits nodes by CPU and memory, too, and shows another part"
)
_PURCHASES = {"on-demand": "on demand", "spot": "spot", "1y": "reserved 1y", "3y": "reserved 3y"}


def size_lines(
    sized: Sequence[Sized], *, everything: bool = False, width: int = 120, paint: Paint = plain
) -> list[str]:
    """Every model or server, one after the other; with several, what each comes to at the end."""
    lines: list[str] = []
    for one in sized:
        lines += [*([""] if lines else []), *_one(one, everything, width, paint)]
    if len(sized) > 1:
        lines += ["", *_side_by_side(sized, width, paint)]
    if any(one.present and one.present.monthly is not None and one.present.server.container for one in sized):
        lines += ["", *indented(_BY_ACCELERATORS, 2, width)]
    return lines


def where(option: Option) -> str:
    """ "4 × L4 tp4"."""
    placed = option.placement
    split = (f" tp{placed.tensor}" if placed.tensor > 1 else "") + (
        f" pp{placed.pipeline}" if placed.pipeline > 1 else ""
    )
    share = placed.device.bandwidth_share if not placed.device.profile else 1.0
    return f"{placed.devices * share:g} × {placed.device.name}{split}"


def machine(option: Option) -> str:
    """ "aws g6.12xlarge ×2"."""
    return f"{option.shape.provider} {option.shape.name}" + (f" ×{option.machines}" if option.machines > 1 else "")


def bought(option: Option) -> str:
    """ "spot", or the terms of the commitment."""
    return option.terms if option.purchase in ("1y", "3y") else _PURCHASES[option.purchase]


def weights_of(option: Option, found: Recommendation) -> str:
    return option.form.name if option.form is not None else found.demand.model.dtype


def band(amount: Money) -> str:
    """ "0.81 (0.62–1.2)" in the currency that is shown."""
    likely, low, high = (
        f"{converted(value):,.2g}" if converted(value) < 10 else f"{converted(value):,.0f}"
        for value in (amount.likely, amount.low, amount.high)
    )
    return f"{likely} ({low}–{high})"


def seconds(amount: FirstToken) -> str:
    """ "0.12 (0.08–0.15) s"."""
    likely, low, high = (_plain(value) for value in (amount.likely, amount.low, amount.high))
    return f"{likely} ({low}–{high}) s"


def asked(found: Recommendation) -> str:
    """What was asked for, in words."""
    demand = found.demand
    parts = []
    if demand.model.generates:
        held, length = demand.load.held or 1, demand.load.length
        parts.append(
            f"{counted(held, 'request')} of {length:,} tokens at a time" if length else counted(held, "request")
        )
        traffic = demand.traffic
        parts.append(f"usually {traffic.prompt:,} + {traffic.answer:,} tokens")
        if demand.answer:
            parts.append(f"at least {demand.answer:,.0f} tokens/s a copy")
    elif demand.tflops:
        parts.append(f"at least {demand.tflops:,.0f} TFLOPS a copy")
    parts += [counted(demand.replicas, "copy", "copies")] if demand.replicas > 1 else []
    parts.append(", ".join(f"{provider} {region}" for provider, region in demand.places))
    parts.append(" or ".join(_PURCHASES[purchase] for purchase in demand.purchases))
    return "; ".join(parts)


def today(present: Present) -> str:
    """What a server has, in words; "" where nothing is known of it."""
    held = present.assessment
    if held is None:
        return f"not known: {present.why}" if present.why else ""
    count = f"{present.replicas} replicas of " if present.replicas > 1 else ""
    text = f"{count}{held.asked:g} × {held.placement.device.name}"
    text += f", {held.used} of them used" if held.idle else ""
    text += f" on {present.machine}{' (spot)' if present.spot else ''}" if present.machine else ""
    share = " as its part of the nodes, by accelerators" if present.server.container else ""
    text += f", {dollars(present.monthly)}{share}" if present.monthly is not None else ", no price known"
    if held.fit.fits is False:
        told = "; ".join(held.fit.reasons) or f"{-held.fit.headroom_gib:.1f} GiB short on each"
        return f"{text}; does not fit: {told}" if not held.fit.close else f"{text}; too near to the limit to be sure"
    used = held.fit.usable_gib - held.fit.headroom_gib
    text += f"; {used:.1f} of {held.fit.usable_gib:.1f} GiB on each"
    if held.given is not None:
        text += f"; {held.given.answer:,.0f} tokens/s ({held.given.low:,.0f}–{held.given.high:,.0f}) a copy"
    return f"{text}; not counted: {', '.join(held.beside.uncounted)}" if held.beside.uncounted else text


def notes(one: Sized) -> list[str]:
    """What was assumed, what else might be looked at, and how good the figures are."""
    found = one.found
    if found is None:
        return list(one.assumed)
    listed = [*one.assumed]
    if found.smaller is not None:
        option = found.smaller
        form = option.form.name if option.form else ""
        quality = f" (quality: {quality_of(form)})" if quality_of(form) else ""
        what = f"{where(option)}, {machine(option)}{quality}"
        listed.append(f"in {form} from {dollars(option.monthly)}: {what}; --quantize any looks at such formats")
    if found.compact is not None:
        option = found.compact
        what = f"{where(option)}, {machine(option)}"
        listed.append(f"with an FP8 KV cache from {dollars(option.monthly)}: {what}; --kv-dtype fp8 looks at that")
    changed = sorted({form.name for form in found.demand.forms if form is not None and quality_of(form.name)})
    if changed and found.options:
        listed.append("quality: " + ", ".join(f"{form} {quality_of(form)}" for form in changed))
    if found.demand.model.confidence == "low":
        listed.append(f"low confidence: {found.demand.model.note or found.demand.model.source}")
    listed += _taken_away(one, found)
    if found.options and found.demand.model.generates:
        load = f"{found.demand.batch:,} requests at a time" if found.demand.batch else "full load"
        listed.append(f"tokens/s and costs per token are those of {load}; bands hold 80 % of what was measured")
        listed.append(_first_tokens(found))
    elif found.options:
        listed.append("how fast such models are was not measured: compared is what accelerators compute (16 bit)")
    return listed


def few(one: Sized) -> tuple[Option, ...]:
    """The configurations a person looks at: of a server whose price is known, those that are cheaper, and the next."""
    found, now = one.found, one.present.monthly if one.present is not None else None
    if found is None:
        return ()
    if now is None:
        firsts = {one.shape.provider: one for one in reversed(found.shown)}.values()
        return tuple(one for at, one in enumerate(found.shown) if at < _MOST or any(one is first for first in firsts))
    cheaper = sum(option.monthly < now for option in found.shown)
    return found.shown[: min(cheaper + 1, _MOST)]


def _one(one: Sized, everything: bool, width: int, paint: Paint) -> list[str]:
    lines = [paint(printable(one.name), "strong") + (f"  {printable(_model(one, one.found))}" if one.found else "")]
    if one.present is not None:
        place = one.present.span
        at = f"{place.file}:{place.line}:{place.column}"
        stack = "" if one.present.stack in at else f", deployed by {one.present.stack}"
        lines.append(_INDENT + paint(printable(at), "place") + paint(printable(stack), "dim"))
    if one.found is None:
        return [*lines, *indented(f"not sized: {printable(one.why)}", 2, width)]
    lines += indented(f"wanted: {printable(asked(one.found))}", 2, width)
    if one.present is not None:
        lines += indented(f"today: {printable(today(one.present))}", 2, width)
    lines += ["", *_options(one, everything, width, paint)]
    lines += _beside(one.found, width, paint)
    lines += _notes(one, width, paint)
    return lines


def _options(one: Sized, everything: bool, width: int, paint: Paint) -> list[str]:
    found = one.found
    assert found is not None
    if not found.options:
        verdict = "it cannot be told" if found.unknown else "nothing that is offered does"
        return indented(f"{verdict}: {printable(found.why_none)}", 2, width)
    shown = found.options if everything else few(one)
    generates = found.demand.model.generates
    units = ("tokens/s", f"{shown_currency().code} per M output") if generates else ("TFLOPS", "")
    head = ("a month", "configuration", "weights", "machine", *units)
    rows = [
        (
            f"{'~' if option.price.inferred else ''}{dollars(option.monthly)}",
            where(option),
            weights_of(option, found),
            machine(option),
            f"{option.given.answer:,.0f} ({option.given.low:,.0f}–{option.given.high:,.0f})"
            if option.given
            else f"{option.speed:,.0f}",
            band(option.cost.answer) if option.cost else "",
        )
        for option in shown
    ]
    roles: tuple[Role, ...] = ("amount", "strong", "plain", "place")
    first, *listed = table(head, rows, right=(0,), roles=roles, width=max(width - 2, 0), paint=paint)
    lines = [_INDENT + first]
    now = one.present.monthly if one.present is not None else None
    if now is not None and found.options[0].monthly >= now:
        lines = [*indented("nothing that does costs less; the nearest:", 2, width), *lines]
    for option, row in zip(shown, listed, strict=True):
        lines += [_INDENT + row, *(paint(line, "dim") for line in indented(_details(option, one), 6, width))]
    left = len(found.options) - len(shown)
    if left:
        lines.append(_INDENT + paint(f"{left:,} more, dearer or slower; --all shows them", "dim"))
    return lines


def _details(option: Option, one: Sized) -> str:
    held = option.fit
    needed = held.usable_gib - held.headroom_gib
    parts = [f"{needed:.1f} of {held.usable_gib:.1f} GiB on each, {held.headroom_gib:.1f} to spare"]
    if held.concurrency and held.length:
        parts.append(f"{counted(held.concurrency, 'request')} of {held.length:,} tokens")
    if (soonest := _first_token(option, one)) is not None:
        parts.append(f"first token after {seconds(soonest)}")
    if option.cost is not None:
        parts.append(f"{band(option.cost.prompt)} per M input")
    assert one.found is not None
    if option.placement.device.accelerator.vendor == "AMD" and not one.found.demand.vendors:
        parts.append("needs an image for ROCm")
    if len(one.found.demand.purchases) > 1 or option.purchase != "on-demand":
        parts.append(bought(option))
    parts.append(option.shape.region)
    if one.present is not None and one.present.monthly is not None:
        saved = one.present.monthly - option.monthly
        parts.append(_saved(saved))
    if one.present is not None:
        parts += _lacking(option, one.present)
    return " · ".join(parts)


def _first_token(option: Option, one: Sized) -> FirstToken | None:
    assert one.found is not None
    demand = one.found.demand
    return first_token(demand.model, demand.load._replace(form=option.form), option.placement, demand.traffic)


def _first_tokens(found: Recommendation) -> str:
    """What is said of first tokens, and why nothing is."""
    demand = found.demand
    whys = [unmeasured(demand.model, demand.load._replace(form=option.form), demand.traffic) for option in found.shown]
    if whys and all(whys):
        return f"when a first token comes is not said: {whys[0]}"
    told = f"that of a prompt of {demand.traffic.prompt:,} tokens that waits for no other"
    return f"the first token is {told}; the range is that of all measurements"


def _taken_away(one: Sized, found: Recommendation) -> list[str]:
    """What spot means for what runs once."""
    now = one.present
    if now is not None and now.spot and now.replicas == 1 and now.replicas_known:
        return ["today's only copy runs on spot, which may be taken away: then nothing answers until another is up"]
    if any(option.purchase == "spot" and option.machines == 1 for option in found.shown):
        return ["spot may be taken away: on a single machine, nothing answers then until another is up"]
    return []


def _saved(amount: float) -> str:
    if abs(amount) < _ALIKE:
        return "as much as today"
    return f"saves {dollars(amount)}" if amount > 0 else f"{dollars(-amount)} more than today"


def _lacking(option: Option, present: Present) -> list[str]:
    """What a pod asks for and such a machine does not have."""
    pairs = ((present.vcpu, option.shape.vcpu, "vCPU"), (present.memory_gib, option.shape.memory_gib, "GiB"))
    short = [f"{asks:g} {unit}" for asks, has, unit in pairs if asks and has and asks > has]
    return [f"its request of {' and '.join(short)} would have to shrink"] if short else []


def _beside(found: Recommendation, width: int, paint: Paint) -> list[str]:
    """Managed APIs and the benchmark ranges."""
    lines: list[str] = []
    if found.prices:
        same = found.prices[0].model == found.demand.model.id
        whose = "of the same model" if same else "of models of about this size"
        lines += ["", _INDENT + paint(f"managed APIs {whose}, USD per million tokens", "dim")]
        rows = [
            (one.provider, _usd(one.prompt), _usd(one.answer), "" if same else one.model, one.date)
            for one in found.prices[:_MOST]
        ]
        listed = table(("", "input", "output", "", "date"), rows, right=(1, 2), width=max(width - 2, 0), paint=paint)
        lines += [_INDENT + line for line in listed]
    cost = found.options[0].cost if found.options else None
    if found.ranges and cost is not None:
        one = request_cost(cost, found.demand.traffic)
        told = "; ".join(map(_range, found.ranges))
        said = f"a usual request costs {_small(one)} on the first, kept busy; planning figures: {told}"
        lines += ["", *indented(said, 2, width)]
    return lines


def _notes(one: Sized, width: int, paint: Paint) -> list[str]:
    lines = [line for note in notes(one) for line in indented(printable(note), 2, width)]
    return ["", *lines] if lines else []


def _side_by_side(sized: Sequence[Sized], width: int, paint: Paint) -> list[str]:
    """One line each: what it costs today, and the cheapest that does."""
    is_there = any(one.present for one in sized)
    rows = [_one_line(one, is_there) for one in sized]
    head = ("cheapest of each", *(("", "today") if is_there else ()), "a month", "", "", "tokens/s")
    head += () if is_there else (f"{shown_currency().code} per M output",)
    right = (2, 3, 6) if is_there else (1, 4)
    roles: tuple[Role, ...] = ("strong", "dim", "plain", "amount") if is_there else ("strong", "amount")
    return table(head, rows, right=right, roles=roles, width=width, paint=paint)


def _one_line(one: Sized, is_there: bool) -> tuple[str, ...]:
    best = one.found.options[0] if one.found is not None and one.found.options else None
    found = (
        (
            dollars(best.monthly),
            where(best),
            machine(best),
            f"{best.given.answer:,.0f}" if best.given else "",
            band(best.cost.answer) if best.cost else "",
        )
        if best
        else ("", "not known" if one.found is None or one.found.unknown else "nothing offered", "", "", "")
    )
    if not is_there or one.present is None:
        return (one.name, *found)
    now = one.present.monthly
    short = one.name.rpartition("/")[2].rpartition(".")[2]
    stack = one.present.stack.rpartition("/")[2]
    return (short, stack, dollars(now) if now is not None else "", *found[:-1])


def _model(one: Sized, found: Recommendation) -> str:
    model = found.demand.model
    active = f", {billions(model.active_parameters)} per token" if model.is_mixture else ""
    size = f"{billions(model.parameters)} billion parameters{active}, {model.dtype}, {found.demand.engine.name}"
    return size if one.name == model.id else f"{model.id}, {size}"


def _range(one: Benchmark) -> str:
    return f"{one.what} ${_plain(one.low)}–{_plain(one.high)}"


def _small(amount: Money) -> str:
    symbol = shown_currency().symbol
    likely, low, high = (_plain(converted(value)) for value in (amount.likely, amount.low, amount.high))
    return f"{symbol}{likely} ({low}–{high})"


def _plain(amount: float) -> str:
    """Two digits that count, without an exponent."""
    return format(Decimal(f"{amount:.2g}"), "f")


def _usd(amount: float | None) -> str:
    return "" if amount is None else f"{amount:,.3g}"
