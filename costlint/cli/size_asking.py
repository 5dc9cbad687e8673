"""From the options of `costlint size` to answers: what each model or server is asked for, and what would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import click

from costlint.catalog import Catalog
from costlint.cli.price_options import accelerators_of
from costlint.cli.progress import progress_for
from costlint.cli.size_asked import Asked, Asking, archs, cache_bytes, checked_length, loaded
from costlint.cli.size_models import meant, named_by, unheard
from costlint.cli.size_options import Least, formats_of, places_of, purchases_of
from costlint.config import Config
from costlint.sizing.advisor import Advisor, Demand
from costlint.sizing.engines import engine_defaults
from costlint.sizing.memory import Load
from costlint.sizing.models import Model
from costlint.sizing.names import Names, quantised
from costlint.sizing.own import BadModel, models_of
from costlint.sizing.recommending import recommend
from costlint.sizing.sized import Sized
from costlint.sizing.tables import constant
from costlint.sizing.throughput import Traffic

_ENCODERS = ("embedding", "reranker")
_FOR_ENCODERS = ("tei", "infinity")


def sizes(asked: Asked, config: Config, catalog: Catalog) -> list[Sized]:
    """An answer for each model or server asked for. Raises UsageError, ConfigError, SourceError."""
    _contradictions(asked)
    try:
        models = models_of(config)
    except BadModel as error:
        raise click.UsageError(str(error)) from error
    traffic = _traffic(asked)
    asking = Asking(asked, config, catalog, models, Names(models), Advisor(catalog), traffic)
    if asked.origin is not None:
        from costlint.cli.size_of_servers import of_server, servers_at

        servers = servers_at(asking, asked.origin)
        return _told(asked, ((one.server.address, partial(of_server, asking, one)) for one in servers), len(servers))
    written = [one for one in (asked.model, *asked.compare) if one]
    return _told(asked, ((one, partial(_of_model, asking, one)) for one in written), len(written))


def _told(asked: Asked, jobs: Iterable[tuple[str, Callable[[], Sized]]], of: int) -> list[Sized]:
    """The answers, one after the other, with a progress line."""
    progress = progress_for(asked.quiet)
    found = []
    try:
        for done, (name, job) in enumerate(jobs):
            if progress is not None:
                progress(name, done, of)
            found.append(job())
    finally:
        if progress is not None:
            progress.close()
    return found


def _contradictions(asked: Asked) -> None:
    """Raises UsageError for options that cannot be meant together."""
    if not asked.model and not asked.origin:
        raise click.UsageError("say what to size: a MODEL, or --from FILE for the servers in it")
    if asked.model and asked.origin:
        raise click.UsageError("a model and --from exclude each other")
    if asked.compare and asked.origin:
        raise click.UsageError("--compare goes with --model")
    for name, option in ((asked.picked, "--name"), (asked.container, "--container")):
        if name and not asked.origin:
            raise click.UsageError(f"{option} picks a server of --from")
    least: Least | None = asked.min_throughput
    if least is not None and least.is_share and not asked.origin:
        raise click.UsageError("--min-throughput: a share is of what runs today (--from); say tokens/s, such as 800")
    traffic, longest = _traffic(asked), asked.max_len
    if longest is not None and (asked.input_tokens or asked.output_tokens) and sum(traffic) > longest:
        told = f"{traffic.prompt:,} + {traffic.answer:,} tokens"
        raise click.UsageError(f"--max-len {longest:,} is shorter than a usual request of {told}")


def _traffic(asked: Asked) -> Traffic:
    return Traffic(
        asked.input_tokens or int(constant("traffic.prompt-tokens")),
        asked.output_tokens or int(constant("traffic.answer-tokens")),
    )


def _of_model(asking: Asking, written: str) -> Sized:
    asked = asking.asked
    named = named_by(written, asking.names)
    if named is None:
        return Sized(written, None, why=unheard(written, asking.names))
    model = quantised(named)
    _mismatches(asked, model)
    engine = engine_defaults(asked.engine or ("tei" if model.kind in _ENCODERS else "vllm"))
    length = checked_length(asked.max_len or engine.length or model.max_length, model)
    assumed = []
    if not asked.max_len and length is not None and model.generates:
        assumed.append(f"longest request assumed: {length:,} tokens, the most there can be; --max-len says another")
    if named.how == "size":
        assumed.append(f'"{written}" is not listed: its size is taken from its name{meant(written, asking.names)}')
    places = places_of(asking.catalog, asking.config, asked.providers, asked.regions, None)
    assumed += [places.assumed] if places.assumed else []
    least: Least | None = asked.min_throughput
    demand = Demand(
        model=model,
        load=Load(None, cache_bytes(asked), length),
        traffic=asking.traffic,
        engine=engine,
        places=places.places,
        answer=least.amount if least else None,
        replicas=asked.replicas or 1,
        forms=formats_of(asked.quantize, model, engine.name),
        purchases=purchases_of(asked.purchase),
        accelerators=accelerators_of(asking.catalog, asked.gpu),
        archs=archs(asked),
    )
    found = recommend(asking.advisor, asking.catalog, asking.models, named, loaded(demand, asked.concurrency))
    return Sized(model.id, found, assumed=tuple(assumed))


def _mismatches(asked: Asked, model: Model) -> None:
    """Raises UsageError for options that say nothing about such a model."""
    if asked.engine in _FOR_ENCODERS and model.generates:
        raise click.UsageError(
            f"--engine: {asked.engine} serves embedding and reranking models; {model.id} writes text"
        )
    if not model.generates:
        for given, option in ((asked.concurrency, "--concurrency"), (asked.min_throughput, "--min-throughput")):
            if given is not None:
                raise click.UsageError(f"{option}: {model.id} writes no text ({model.kind})")
