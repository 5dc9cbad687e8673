"""Pods on Cloud TPUs of GKE: chips have a price of their own, which the CPU and memory of their machines are part of.

Source: cloud.google.com/tpu/pricing.
"""

from __future__ import annotations

from collections.abc import Mapping

from costlint.clusters.needs import Needs
from costlint.clusters.selected import accelerators_selected
from costlint.pricing.estimating import Bill
from costlint.pricing.kubernetes.times import Running

DEVICE = "google.com/tpu"


def chips_selected(spec: Mapping[str, object], needs: Needs) -> str:
    """The model of TPU chips a pod's labels ask for, "" where it asks for none or leaves it open."""
    if needs.device != DEVICE:
        return ""
    models = accelerators_selected(spec)
    return next(iter(models)) if len(models) == 1 else ""


def bill_chips(model: str, chips: float, times: Running, role: str, place: Bill, bill: Bill, *, spot: bool) -> None:
    """Bill the chips of pods at the prices of `place`."""
    sku = f"tpu.{model.removeprefix('TPU-').lower()}{'-spot' if spot else ''}"
    price = place.price(sku, "chip-hour")
    if price is None:
        bill.unpriced(f"its labels ask for {model}, and there is no price for {sku} in {place.region}")
        return
    said = f"{model} in {place.region}: the price of a chip holds CPU and memory of its machine"
    bill.add_priced(
        f"{role}{model} chips{', spot' if spot else ''}",
        price,
        times.hours.times(chips),
        sku=sku,
        assumptions=(said, *times.assumptions),
        usage=times.usage,
    )
