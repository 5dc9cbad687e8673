"""Ways to run a model: on which devices, in which format, and whether that keeps up with what a server gives today."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from costlint.catalog import Accelerator
from costlint.policy.serving import is_own_image, known, usual_traffic
from costlint.sizing.architectures import is_new, is_ready_for
from costlint.sizing.assessing import Assessment, fit_as_told
from costlint.sizing.devices import Device
from costlint.sizing.formats import Format, support, weight_format, weights_gib
from costlint.sizing.memory import Load, placements
from costlint.sizing.models import Model
from costlint.sizing.names import Names
from costlint.sizing.server import Server
from costlint.sizing.tables import constant
from costlint.sizing.throughput import throughput

_MOST_REPLICAS = 16


class Way(NamedTuple):
    """One copy of the model on `tensor` devices in a format (None: as it is), how many replicas then keep up, and the
    tokens a second each copy answers with."""

    part: Device
    tensor: int
    form: Format | None
    replicas: int
    answer: float


class Sought(NamedTuple):
    """What another way has to do: keep up with a server as it is `now`. `replicas` are those it has, None where their
    number is to stay; `options` are those of the rule."""

    now: Assessment
    server: Server
    replicas: int | None
    options: Mapping[str, Any]
    names: Names

    @property
    def model(self) -> Model | None:
        """The model to run: its own, or the largest of its family with `smaller` × its parameters at most (None if
        there is none)."""
        most = self.options.get("smaller")
        return self.now.model if most is None else _sibling(self.now, self.names, float(most))

    @property
    def length(self) -> int | None:
        """The longest request, where it is to be declared first."""
        wanted = self.options.get("length")
        return int(wanted) if wanted and self.server.max_length is None else None

    def forms(self, part: Device) -> Iterator[Format | None]:
        """The formats to try: its own, and those that make it smaller and that the accelerator computes in."""
        if not self.options.get("formats"):
            yield None
            return
        own = self.now.load.form or weight_format(self.now.model.dtype)
        for name in self.options["formats"]:
            form = weight_format(str(name))
            smaller = own is not None and own.bits == 16 and form is not None and form.bits < own.bits
            if smaller and form is not None and support(form, part.accelerator) == "native":
                yield form

    def way(self, part: Device, tensor: int, form: Format | None) -> Way | None:
        """The model on so many devices, None if that does not do."""
        now, model = self.now, self.model
        if model is None or now.given is None:
            return None
        placement = next((one for one in placements(model, part, tensor) if one.pipeline == 1), None)
        if placement is None:
            return None
        load = self._load(form)
        held = fit_as_told(self.server, model, load, placement, now.engine)
        if not held.fits or held.headroom_gib < constant("advice.spare-share") * held.usable_gib:
            return None
        if form is not None and weights_gib(model, now.load.form) / tensor > held.usable_gib:
            return None  # what is quantised at start is loaded in its own format first
        given = throughput(model, load, placement, now.engine, usual_traffic())
        share = float(self.options.get("rate", 1))
        if given is None or given.per_token > max(constant("advice.token-seconds"), now.given.per_token / share):
            return None
        rate = given.answer / (now.given.answer * share)
        times = 1 if rate >= 1 else math.ceil(1 / rate) if self.replicas else 0
        if not times or times * (self.replicas or 1) > _MOST_REPLICAS:
            return None
        return Way(part, tensor, form, times, given.answer)

    def _load(self, form: Format | None) -> Load:
        load = self.now.load
        asked = known(self.server.max_sequences, None)
        kept = min(asked, self.now.fit.concurrency or 1) if asked else 1
        return load._replace(form=form or load.form, length=self.length or load.length, held=max(kept, 1))


def compares(other: Accelerator, now: Assessment) -> bool:
    """Whether an accelerator runs what a server's present one runs, as far as its figures are known: of the same maker,
    with bfloat16, which engines' fast kernels come with, if that has it, and with an image made for it."""
    present = now.placement.device.accelerator
    form = weight_format("bf16")
    if other.vendor != present.vendor or other.confidence == "low" or form is None:
        return False
    newer = other.architecture != present.architecture
    if newer and not (is_ready_for(now.engine, other) and (is_own_image(now.server) or not is_new(other))):
        return False
    return support(form, other) == "native" or support(form, present) != "native"


def _sibling(now: Assessment, names: Names, most: float) -> Model | None:
    """The largest model of the same family and kind, in the same format, that is known well and small enough."""
    own = now.model
    if now.named.quantisation:
        return None
    found = [
        one
        for one in names.models.values()
        if (one.family, one.kind, one.dtype) == (own.family, own.kind, own.dtype)
        and one.confidence != "low"
        and one.parameters <= own.parameters * most
    ]
    return max(found, key=lambda one: one.parameters, default=None)
