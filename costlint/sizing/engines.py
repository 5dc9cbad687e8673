"""What engines do when nothing is said: memory they take, room they keep, requests they run at a time."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple, cast

from costlint.catalog.tables import number
from costlint.sizing.devices import Device
from costlint.sizing.server import Engine as EngineName
from costlint.sizing.tables import constant, rows

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")
_LATEST = (1 << 20,)


class Engine(NamedTuple):
    """`utilisation` of the device's memory it may use in all. Weights take `weights_factor` × their size, activations
    and the runtime `overhead_gib` per device; of what is left `kv_share` holds the KV cache. `length` and `sequences`
    where nothing says: None for the model's own length, and for what the device decides. One that `spills` runs what
    does not fit on the CPU, slowly, instead of failing; one that `casts` takes another 16-bit format where the device
    lacks the model's. One that `spreads` uses all the devices it sees unless told, by heads ("tensor") or by layers."""

    name: EngineName
    utilisation: float
    weights_factor: float
    overhead_gib: float
    kv_share: float
    length: int | None
    sequences: int | None
    spills: bool
    casts: bool
    spreads: Literal["tensor", "pipeline", ""]
    version: tuple[int, ...] = _LATEST


class Batch(NamedTuple):
    """Requests at a time, and tokens prefilled at a time (0: their activations are counted elsewhere)."""

    sequences: int
    tokens: int


def engine_defaults(name: EngineName, tag: str | None = None) -> Engine:
    """The defaults of an engine at an image tag ("v0.8.5", "0.19.0-cuda12"); the newest for none, and for tags that
    are no version."""
    version = _version(tag)
    fitting = [engine for since, engine in _engines()[name] if since <= version]
    return fitting[-1]._replace(version=version)


def batch_defaults(engine: Engine, device: Device, length: int) -> Batch:
    """Requests an engine runs and tokens it prefills at a time unless told. `length`: tokens of one request."""
    for row in rows("batch_defaults"):
        fits = device.memory_gib >= float(row["least_gib"]) and _since(row["since"]) <= engine.version
        meant = not row["only"] or _called(row["only"], device)
        if row["engine"] == engine.name and fits and meant and not _called(row["except"], device):
            return Batch(engine.sequences or int(row["sequences"]), _tokens(row["batched_tokens"], length))
    return Batch(engine.sequences or 1, 0)


def least_sequences(engine: Engine) -> int:
    """Requests an engine runs at a time on the smallest device, unless told."""
    known = (int(row["sequences"]) for row in rows("batch_defaults") if row["engine"] == engine.name)
    return engine.sequences or min(known, default=1)


def _tokens(written: str, length: int) -> int:
    if written != "length":
        return int(written)
    whole = length <= constant("memory.whole-prompt-tokens")
    return length if whole else int(constant("memory.chunk-tokens"))


def _called(named: str, device: Device) -> bool:
    return bool(named) and device.accelerator.model.startswith(named)


def _version(tag: str | None) -> tuple[int, ...]:
    found = _VERSION.search(tag or "")
    return tuple(int(part or 0) for part in found.groups()) if found else _LATEST


def _since(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


@cache
def _engines() -> dict[str, list[tuple[tuple[int, ...], Engine]]]:
    found: dict[str, list[tuple[tuple[int, ...], Engine]]] = {}
    for row in rows("engines"):
        length, sequences = number(row["length"]), number(row["sequences"])
        engine = Engine(
            _name(row["engine"]),
            float(row["utilisation"]),
            float(row["weights_factor"]),
            float(row["overhead_gib"]),
            float(row["kv_share"]),
            None if length is None else int(length),
            None if sequences is None else int(sequences),
            bool(row["spills"]),
            bool(row["casts"]),
            cast("Literal['tensor', 'pipeline', '']", row["spreads"]),
        )
        since = _since(row["since"])
        found.setdefault(row["engine"], []).append((since, engine))
    return found


def _name(text: str) -> EngineName:
    from typing import get_args

    known: tuple[EngineName, ...] = get_args(EngineName)
    return next(name for name in known if name == text)
