"""What `costlint size` is asked, and what of it holds for models and servers alike."""

from __future__ import annotations

from typing import NamedTuple

import click

from costlint.catalog import Catalog
from costlint.cli.size_options import Least
from costlint.config import Config
from costlint.sizing.advisor import Advisor, Demand
from costlint.sizing.engines import least_sequences
from costlint.sizing.formats import kv_bytes
from costlint.sizing.models import Model, Models
from costlint.sizing.names import Names
from costlint.sizing.server import Engine as EngineName
from costlint.sizing.throughput import Traffic


class Asked(NamedTuple):
    """The options of the command, by name."""

    model: str | None
    compare: tuple[str, ...]
    origin: str | None
    picked: str | None
    container: str | None
    max_len: int | None
    concurrency: int | None
    input_tokens: int | None
    output_tokens: int | None
    replicas: int | None
    engine: EngineName | None
    quantize: tuple[str, ...]
    kv_dtype: str | None
    gpu: tuple[str, ...]
    arch: str
    providers: tuple[str, ...]
    regions: tuple[str, ...]
    purchase: tuple[str, ...]
    min_throughput: Least | None
    quiet: bool


class Asking(NamedTuple):
    """Everything an answer needs: the options, and what they are looked up in."""

    asked: Asked
    config: Config
    catalog: Catalog
    models: Models
    names: Names
    advisor: Advisor
    traffic: Traffic


def loaded(demand: Demand, concurrency: int | None) -> Demand:
    """The demand with so many requests at a time: all may be of full length, and the engine is told to run as many."""
    if concurrency is None or not demand.model.generates:
        return demand
    load = demand.load._replace(held=concurrency)
    if load.running is None and concurrency > least_sequences(demand.engine):
        load = load._replace(running=concurrency)
    return demand._replace(load=load, batch=concurrency)


def checked_length(length: int | None, model: Model) -> int | None:
    """The longest request. Raises UsageError for one the model does not take."""
    if length is not None and model.max_length is not None and length > model.max_length:
        raise click.UsageError(
            f"--max-len: {model.id} takes requests of up to {model.max_length:,} tokens, not {length:,}"
        )
    return length


def archs(asked: Asked) -> tuple[str, ...]:
    """The architectures of processors that are asked for; () for any."""
    return () if asked.arch == "any" else (asked.arch,)


def cache_bytes(asked: Asked) -> float | None:
    """Bytes of a number in the KV cache, None if nobody said. Raises UsageError for a format nobody knows."""
    if not asked.kv_dtype:
        return None
    size = kv_bytes(asked.kv_dtype)
    if size is None:
        raise click.UsageError(f'--kv-dtype: no format "{asked.kv_dtype}" is known')
    return size
