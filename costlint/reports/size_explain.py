"""The arithmetic behind a recommendation, term by term, with where each figure comes from."""

from __future__ import annotations

from costlint.model.currency import shown_currency
from costlint.reports.amounts import dollars
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, indented, plain, wrapped
from costlint.reports.size import band, machine, weights_of, where
from costlint.sizing.advisor import Demand, Option
from costlint.sizing.engines import batch_defaults
from costlint.sizing.first_token import first_token
from costlint.sizing.formats import GIB, support, weight_format, weights_gib
from costlint.sizing.memory import Load, Placement, kv_bytes_per_token
from costlint.sizing.models import Model
from costlint.sizing.recommending import Recommendation
from costlint.sizing.sized import Sized
from costlint.sizing.tables import constant
from costlint.sizing.throughput import Terms, coefficients, terms

Row = tuple[str, str, str]


def arithmetic(one: Sized, *, width: int = 120, paint: Paint = plain) -> list[str]:
    """How the first configuration was reckoned; [] where there is none."""
    found = one.found
    if found is None or not found.options:
        return []
    option = found.options[0]
    title = f"{one.name} on {where(option)}, {machine(option)} in {option.shape.region}"
    lines = [paint(printable(title), "strong")]
    for name, rows in (
        ("memory of each device, GiB", _memory(found, option)),
        ("a step of decoding", _step(found, option)),
        ("cost", _cost(found, option)),
    ):
        if rows:
            lines += ["", "  " + paint(name, "dim"), *_rows(rows, width)]
    lines.append("")
    for source in _sources(found.demand, option):
        lines += indented(printable(source), 2, width)
    return lines


def _rows(rows: list[Row], width: int) -> list[str]:
    """Name and figure in columns, the reckoning wrapped behind them."""
    names, figures = (max(len(row[at]) for row in rows) for at in (0, 1))
    indent = names + figures + 6
    lines = []
    for name, figure, why in rows:
        first, *more = wrapped(printable(why), max(width, 80) - indent)
        lines += [f"  {name:{names}}  {figure:>{figures}}  {first}", *(" " * indent + part for part in more)]
    return lines


def _memory(found: Recommendation, option: Option) -> list[Row]:
    demand, held, placed = found.demand, option.fit, option.placement
    model, engine = demand.model, demand.engine
    batch = batch_defaults(engine, placed.device, held.length or 0)
    sequences, tokens = demand.load.running or batch.sequences, demand.load.batched_tokens or batch.tokens
    rows: list[Row] = [
        ("memory a program sees", f"{placed.device.memory_gib:.2f}", placed.device.name),
        (
            f"× what {engine.name} may use",
            f"{held.usable_gib:.2f}",
            f"{held.usable_gib / placed.device.memory_gib:.0%} of it",
        ),
        (
            "weights",
            f"{held.weights_gib:.2f}",
            f"{_weights(model, weights_of(option, found), weights_gib(model, option.form))}"
            f" × {engine.weights_factor:g} ÷ {placed.devices}",
        ),
        (
            "activations and runtime",
            f"{held.overhead_gib:.2f}",
            f"{engine.overhead_gib:g} GiB runtime; ({tokens:,} tokens × {model.hidden or 0:,} × "
            f"{constant('memory.activation-bytes'):g} bytes"
            + (
                f" + {sequences:,} requests × {model.vocabulary or 0:,} × {constant('memory.logits-bytes'):g} bytes"
                if model.generates
                else ""
            )
            + f") ÷ {placed.tensor}",
        ),
    ]
    if held.request_gib is not None and held.length is not None:
        rows += [
            (
                f"one request of {held.length:,} tokens",
                f"{held.request_gib:.3f}",
                _per_token(model, demand.load.kv_bytes or 2.0, placed.tensor, placed.pipeline),
            ),
            (
                f"× {demand.load.held or 1:,}",
                f"{held.request_gib * (demand.load.held or 1) / engine.kv_share:.2f}",
                "requests of full length at a time"
                + (f", of which the cache gets {engine.kv_share:.0%}" if engine.kv_share < 1 else ""),
            ),
        ]
    rows.append(
        ("left", f"{held.headroom_gib:.2f}", f"at least {constant('advice.spare-share'):.0%} of what it may use")
    )
    if held.concurrency:
        rows.append(
            ("such requests in all", f"{held.concurrency:,}", f"{held.room_gib:.2f} GiB ÷ {held.request_gib:.3f} GiB")
        )
    return rows


def _weights(model: Model, form: str, size: float) -> str:
    known = weight_format(form)
    if known is None or (model.weights_gib is not None and abs(model.weights_gib - size) < 1e-9):
        return f"{size:,.2f} GiB as published ({form})"
    kept = model.embedding or 0.0
    if known.whole or known.bits >= 16 or not kept:
        return f"{model.parameters / 1e9:,.3f} billion × {known.bits:g} bits ({form})"
    rest = (model.parameters - kept) / 1e9
    return f"({rest:,.3f} billion × {known.bits:g} bits + {kept / 1e9:,.3f} billion × 16 bits) ({form})"


def _per_token(model: Model, size: float, tensor: int, pipeline: int) -> str:
    each = kv_bytes_per_token(model, size, tensor, pipeline) or 0.0
    layers = (model.full_layers or 0) + model.sliding_layers
    if model.cache == "latent":
        shape = f"{layers} layers × ({model.latent_rank} + {model.latent_rope or 0}) × {size:g} bytes, on every device"
    else:
        heads = max((model.kv_heads or 0) / tensor, 1.0)
        shape = f"2 × {layers} layers × {heads:g} heads × {model.head_dim} × {size:g} bytes"
    stages = f" ÷ {pipeline}" if pipeline > 1 else ""
    window = (
        f"; {model.sliding_layers} layers keep {model.window:,} tokens" if model.sliding_layers and model.window else ""
    )
    return f"{shape}{stages} = {each / 1024:,.4g} KiB a token{window}"


def _step(found: Recommendation, option: Option) -> list[Row]:
    given, demand, placed = option.given, found.demand, option.placement
    if given is None:
        return []
    known = coefficients(given.group)
    load = demand.load._replace(form=option.form)
    parts = terms(demand.model, load, placed, demand.traffic, given.batch, known)
    if parts is None:
        return []
    split = placed.tensor > 1
    return [
        ("requests at a time", f"{given.batch:,}", "as asked" if demand.batch else "as memory and engine allow"),
        ("reading", _ms(parts.reading), _reading(parts, known.bandwidth)),
        (
            "multiplying",
            _ms(parts.multiplying),
            f"2 × {demand.model.active_parameters / 1e9:,.3g} billion × {given.batch:,} ÷ "
            f"{parts.flops / 1e12:,.0f} TFLOPS reached ({known.compute:.0%} of nominal, {_computed(found, option)})",
        ),
        ("the longer, + a fixed time", _ms(parts.fixed), f"fitted, {given.group}"),
        *([("+ telling each other", _ms(parts.telling), f"two sums a layer over {placed.tensor} devices")] * split),
        ("a step", _ms(parts.step), "one token of every answer"),
        ("a prompt", _ms(parts.prefill), f"2 × active parameters × {demand.traffic.prompt:,} tokens ÷ TFLOPS reached"),
        *_alone(demand, load, placed),
        (
            "tokens/s",
            f"{given.answer:,.0f}",
            f"{given.batch:,} × {demand.traffic.answer:,} tokens ÷ ({demand.traffic.answer:,} steps + "
            f"{given.batch:,} prompts)",
        ),
        (
            "band",
            f"{given.low:,.0f}–{given.high:,.0f}",
            f"× {known.low:g} to {known.high:g}: 10th to 90th percentile of measured ÷ computed ({given.group})",
        ),
    ]


def _alone(demand: Demand, load: Load, placed: Placement) -> list[Row]:
    """The wait for the first token of a prompt that waits for no other."""
    found, known = first_token(demand.model, load, placed, demand.traffic), coefficients("prompt")
    if found is None:
        return []
    told = f"a prompt alone, at {known.compute:.0%} of nominal (reading the weights, if that is longer), + fixed"
    told += " + telling" if placed.tensor > 1 else ""
    span = f"{_ms(found.low)} to {_ms(found.high)}: ÷ {known.high:g} to {known.low:g}"
    return [("first token", _ms(found.likely), f"{told}; {span}, the range of all measured ÷ computed")]


def _reading(parts: Terms, share: float) -> str:
    return (
        f"({parts.weights / GIB:,.1f} GiB of weights + {parts.cache / GIB:,.1f} GiB of cache) ÷ "
        f"{parts.bandwidth / 1e9:,.0f} GB/s reached ({share:.0%} of nominal)"
    )


def _computed(found: Recommendation, option: Option) -> str:
    form = option.form or weight_format(found.demand.model.dtype)
    if form is None:
        return "16 bit"
    native = support(form, option.placement.device.accelerator) == "native" and form.family in (
        "float8",
        "int8",
        "float4",
    )
    return form.name if native else "16 bit"


def _cost(found: Recommendation, option: Option) -> list[Row]:
    price = option.price
    rows: list[Row] = [
        (
            "a month",
            dollars(option.monthly),
            f"{option.machines} × {dollars(price.amount)} an hour × 730 h, {option.terms}"
            + (" (inferred)" if price.inferred else ""),
        )
    ]
    if option.cost is not None and option.given is not None:
        demand, given = found.demand, option.given
        share = given.answer * given.per_token / given.batch
        hourly = option.machines * price.amount / demand.replicas
        rows += [
            (
                f"{shown_currency().code} per million output",
                band(option.cost.answer),
                f"{dollars(hourly)} an hour a copy × {share:.0%} of the time ÷ {given.answer:,.0f} tokens/s",
            ),
            (
                f"{shown_currency().code} per million input",
                band(option.cost.prompt),
                f"{dollars(hourly)} an hour a copy × {1 - share:.0%} of the time ÷ {given.prompt:,.0f} tokens/s",
            ),
        ]
    return rows


def _sources(demand: Demand, option: Option) -> list[str]:
    model, accelerator = demand.model, option.placement.device.accelerator
    found = [
        f"model: {model.source}" + (f" ({model.date})" if model.date else "") + f", {model.confidence} confidence",
        f"accelerator: {accelerator.source} ({accelerator.date}), {accelerator.confidence} confidence",
        f"price: {option.price.source} ({option.price.date})",
    ]
    if option.given is not None:
        found.append("coefficients: fitted to the published measurements of docs/sizing.md by benchmarks/accuracy.py")
    return found


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f} ms"
