"""Models and how they fit, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from msgspec import structs

from costlint.reports.amounts import counted
from costlint.reports.columns import table
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, plain
from costlint.sizing.costs import TokenPrice
from costlint.sizing.fitting import Answer
from costlint.sizing.formats import Format, weights_gib
from costlint.sizing.memory import Placement, kv_bytes_per_token
from costlint.sizing.models import Model
from costlint.sizing.names import Named

_BILLION = 1e9
_INDENT = 20
_ATTENTION = {"heads": "by heads", "latent": "one latent vector (MLA)", "none": "none", "unknown": "not known"}


def model_lines(
    named: Named, weights: Mapping[str, float], prices: Sequence[TokenPrice], *, width: int = 120, paint: Paint = plain
) -> list[str]:
    """What is known of a model. `weights`: GiB by format."""
    model = named.model
    lines = [f"{paint(printable(model.id), 'strong')}  {_parameters(model)}"]
    facts = [
        ("family", model.family),
        ("kind", model.kind),
        ("layers", _layers(model)),
        ("attention heads", _heads(model)),
        ("experts", f"{model.experts}, {model.experts_per_token} per token" if model.experts else ""),
        ("vocabulary", _count(model.vocabulary)),
        ("longest request", f"{model.max_length:,} tokens" if model.max_length else ""),
        ("format", model.dtype),
        ("KV cache", _cache(model)),
        ("confidence", model.confidence),
        ("source", f"{model.source} ({model.date})" if model.date else model.source),
        ("note", model.note),
    ]
    for name, value in facts:
        first, *more = wrap(printable(value), width - _INDENT) or [""]
        lines += [f"  {name:{_INDENT - 2}}{first}", *(f"{'':{_INDENT}}{part}" for part in more)] if value else []
    lines += ["", paint("  weights", "dim")]
    shown = [(name, f"{size:,.2f} GiB") for name, size in weights.items()]
    lines += [f"  {line}" for line in table(("", ""), shown, right=(1,), width=width - 2, paint=paint)[1:]]
    if prices:
        lines += ["", paint("  managed APIs, USD per million tokens", "dim")]
        listed = [
            (one.provider, _usd(one.prompt), _usd(one.answer), one.model if one.model != model.id else "", one.date)
            for one in prices
        ]
        head = ("", "prompt", "answer", "", "date")
        lines += [f"  {line}" for line in table(head, listed, right=(1, 2), width=width - 2, paint=paint)]
    return lines


def listed_lines(models: Sequence[Model], *, width: int = 120, paint: Paint = plain) -> list[str]:
    """One line for each model: its size in billions of parameters, longest request in tokens and native format."""
    rows = [
        (
            f"{billions(one.parameters)} B",
            f"{billions(one.active)} B" if one.is_mixture and one.active else "",
            f"{one.max_length:,}" if one.max_length else "",
            one.dtype,
            one.kind,
            one.id,
        )
        for one in models
    ]
    head = ("size", "per token", "tokens", "format", "kind", "model")
    return table(head, rows, right=(0, 1, 2), width=width, paint=paint)


def answer_lines(answer: Answer, *, paint: Paint = plain) -> list[str]:
    """Whether a model fits on a placement: need beside have, GiB per device."""
    found, placed = answer.fit, answer.placement
    model = paint(printable(answer.model.id), "strong")
    verdict = {True: "fits on", False: "does not fit on", None: "may or may not fit on"}[found.fits]
    lines = [f"{model}  {_parameters(answer.model)}, {_format(answer)}"]
    told = f"{verdict} {_where(placed)}"
    if found.reasons:
        told += f": {'; '.join(map(printable, found.reasons))}"
    elif found.fits:
        told += f", {found.headroom_gib:.1f} GiB to spare on each"
    else:
        told += f": {-found.headroom_gib:.1f} GiB short on each"
    lines.append(told + (" (too near to be sure)" if found.close else ""))
    sequence = f"one request of {found.length:,} tokens" if found.length else "one request"
    rows = [
        ("memory a program sees", placed.device.memory_gib),
        (f"{answer.engine.name} uses at most", found.usable_gib),
        ("weights", found.weights_gib),
        ("activations and runtime", found.overhead_gib),
        (sequence, found.request_gib),
        ("left for the KV cache", found.room_gib if answer.model.generates else None),
    ]
    shown = [(name, f"{value:.2f} GiB") for name, value in rows if value is not None]
    lines += [f"  {line}" for line in table(("", ""), shown, right=(1,), paint=paint)[1:]]
    if found.concurrency:
        lines.append(f"  {counted(found.concurrency, 'such request')} at a time")
    if answer.given is not None:
        lines += [f"  {line}" for line in _given(answer)]
    if found.fits is False or (answer.least and answer.least.devices < placed.devices):
        least = (
            f"the fewest that hold it: {_where(answer.least)}" if answer.least else "no number in one machine holds it"
        )
        lines.append(least)
    if answer.compact is not None and (found.fits is False or answer.compact.devices < placed.devices):
        lines.append(f"with an FP8 KV cache: {_where(answer.compact)} (--kv-dtype fp8)")
    if found.confidence == "low":
        lines.append(f"low confidence: {printable(answer.model.note or answer.model.source)}")
    return lines


def everywhere_lines(answers: Sequence[Answer], *, width: int = 120, paint: Paint = plain) -> list[str]:
    """The fewest of each accelerator that hold a model, one a line."""
    rows = []
    for one in answers:
        given, found = one.given, one.fit
        rows.append(
            (
                _where(one.placement),
                f"{found.headroom_gib:.1f}",
                _count(found.concurrency) or "",
                f"{given.answer:,.0f}" if given else "",
                f"{given.low:,.0f}–{given.high:,.0f}" if given else "",
                "close" if found.close else "",
            )
        )
    head = ("", "GiB to spare", "full requests", "tokens/s", "band", "")
    return table(head, rows, right=(1, 2, 3, 4), roles=("strong",), width=width, paint=paint)


def billions(number: float) -> str:
    """ "70.6", "1,600": three digits that count, without an exponent."""
    amount = number / _BILLION
    return f"{amount:,.0f}" if amount >= 1000 else f"{amount:.3g}"


def model_json(named: Named, weights: Mapping[str, float], prices: Sequence[TokenPrice]) -> str:
    """A model for programs."""
    record = {
        **structs.asdict(named.model),
        "found_by": named.how,
        "quantisation": named.quantisation or None,
        "kv_bytes_per_token": kv_bytes_per_token(named.model),
        "weights_gib_by_format": {name: round(size, 3) for name, size in weights.items()},
        "token_prices": [one._asdict() for one in prices],
    }
    return json.dumps(record, indent=2) + "\n"


def answers_json(answers: Sequence[Answer]) -> str:
    """Answers for programs, a list."""
    return json.dumps([_record(one) for one in answers], indent=2) + "\n"


def weights_by_format(model: Model, forms: Sequence[Format]) -> dict[str, float]:
    """GiB of weights in each format, the model's own first."""
    sizes = {model.dtype: weights_gib(model)}
    for form in forms:
        sizes.setdefault(form.name, weights_gib(model, form))
    return sizes


def _record(one: Answer) -> dict[str, Any]:
    found, given = one.fit, one.given
    return {
        "model": one.model.id,
        "format": one.load.form.name if one.load.form else one.model.dtype,
        "accelerator": one.placement.device.accelerator.model,
        "slice": one.placement.device.profile or None,
        "count": one.placement.devices,
        "tensor_parallel": one.placement.tensor,
        "pipeline_parallel": one.placement.pipeline,
        "engine": one.engine.name,
        **{name: _rounded(value) for name, value in structs.asdict(found).items()},
        "least_devices": one.least.devices if one.least else None,
        "traffic": one.traffic._asdict(),
        "tokens_per_second": {name: _rounded(value) for name, value in given._asdict().items()} if given else None,
        "first_token_seconds": {name: _rounded(value) for name, value in one.first._asdict().items()}
        if one.first
        else None,
        "least_devices_with_fp8_cache": one.compact.devices if one.compact else None,
    }


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _given(answer: Answer) -> list[str]:
    given, traffic = answer.given, answer.traffic
    if given is None:
        return []
    asked = f"{given.batch:,} requests of {traffic.prompt:,} + {traffic.answer:,} tokens at a time"
    return [
        f"about {given.answer:,.0f} tokens/s ({given.low:,.0f}–{given.high:,.0f}) with {asked}",
        f"{given.per_token * 1e3:,.0f} ms between tokens",
        *_first(answer),
    ]


def _first(answer: Answer) -> list[str]:
    if answer.first is None:
        return []
    low, likely, high = (f"{value * 1e3:,.0f}" for value in answer.first)
    return [f"{likely} ms ({low}–{high}) to the first of a prompt of {answer.traffic.prompt:,} that waits for no other"]


def _where(placed: Placement) -> str:
    split = [f"tensor parallel {placed.tensor}"] if placed.tensor > 1 else []
    split += [f"pipeline parallel {placed.pipeline}"] if placed.pipeline > 1 else []
    return f"{placed.devices} × {placed.device.name}" + (f" ({', '.join(split)})" if split else "")


def _parameters(model: Model) -> str:
    told = f"{billions(model.parameters)} billion parameters"
    return told + (f", {billions(model.active)} per token" if model.is_mixture and model.active else "")


def _format(answer: Answer) -> str:
    return answer.load.form.name if answer.load.form else answer.model.dtype


def _layers(model: Model) -> str:
    if model.layers is None:
        return ""
    parts = [f"{model.sliding_layers} over the last {model.window:,} tokens"] if model.sliding_layers else []
    attending = (model.full_layers or 0) + model.sliding_layers
    if model.full_layers is not None and attending < model.layers:
        parts.append(f"{model.layers - attending} keep nothing per token")
    return f"{model.layers}" + (f" ({', '.join(parts)})" if parts else "")


def _heads(model: Model) -> str:
    if not model.heads:
        return ""
    kept = f", {model.kv_heads} for keys and values" if model.kv_heads and model.cache == "heads" else ""
    return f"{model.heads}{kept}" + (f", {model.head_dim} wide" if model.head_dim else "")


def _cache(model: Model) -> str:
    size = kv_bytes_per_token(model)
    return _ATTENTION[model.cache] if size is None else f"{size / 1024:,.4g} KiB per token, {_ATTENTION[model.cache]}"


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _usd(amount: float | None) -> str:
    return "" if amount is None else f"${amount:,.3g}"
