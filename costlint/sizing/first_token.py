"""How long a request waits for its first token: its prompt, multiplied through once.

The same roofline as for throughput, with the error of the measurements in which prompts take most of the time
(`benchmarks/accuracy.py`, group `prompt`).
"""

from __future__ import annotations

from typing import NamedTuple

from costlint.sizing.formats import weight_format
from costlint.sizing.memory import Load, Placement
from costlint.sizing.models import Model
from costlint.sizing.tables import constant
from costlint.sizing.throughput import Traffic, coefficients, terms


class FirstToken(NamedTuple):
    """Seconds from when a server turns to a request until its first token, with the range of the published
    measurements. Waiting behind others comes on top."""

    low: float
    likely: float
    high: float


def first_token(model: Model, load: Load, placement: Placement, traffic: Traffic) -> FirstToken | None:
    """For a prompt of `traffic.prompt` tokens that waits for no other.

    None where no measurement says how far off it is (`unmeasured`), for models that write no text, and where a figure
    of accelerator or model is missing.
    """
    if not model.generates or unmeasured(model, load, traffic):
        return None
    known = coefficients("prompt")
    found = terms(model, load, placement, traffic, traffic.prompt, known)
    if found is None:
        return None
    seconds = max(found.multiplying, found.weights / found.bandwidth) + found.fixed + found.telling
    return FirstToken(seconds / known.high, seconds, seconds / known.low)


def unmeasured(model: Model, load: Load, traffic: Traffic) -> str:
    """What was not measured of a prompt, as a clause; "" where enough was. Longer prompts spend time on attention,
    which is left out here, and weights of fewer bits are brought to 16 first."""
    longest, form = int(constant("first-token.most-tokens")), load.form or weight_format(model.dtype)
    if model.is_mixture:
        return "it was measured for models without experts only"
    if traffic.prompt > longest:
        return f"prompts of more than {longest:,} tokens were not measured"
    if form is None or form.bits < constant("first-token.least-bits"):
        return "it was measured for weights of 8 and 16 bits only"
    return ""
