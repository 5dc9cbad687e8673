"""`costlint models`: what is known of a model, and whether it fits on an accelerator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from costlint.cli.groups import Verbs
from costlint.cli.options import config_options, print_options, resolve_config, together
from costlint.cli.price_options import CONFIG_OPTIONS, OUTPUT
from costlint.cli.size_options import complete_gpu, complete_model

if TYPE_CHECKING:
    from costlint.catalog import Catalog
    from costlint.sizing.devices import Device
    from costlint.sizing.models import Models
    from costlint.sizing.names import Named

_shape_options = together(
    click.option("--config-json", metavar="FILE", type=click.Path(), help="Take its shape from this config.json."),
    click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to write."),
    OUTPUT,
    config_options,
    print_options,
)
_ENGINES = click.Choice(["vllm", "tgi", "sglang", "tensorrt-llm", "nim", "lmdeploy", "ollama", "llama.cpp", "tei"])


@click.group("models", cls=Verbs)
def command() -> None:
    """What is known of a model, and whether it fits.

    \b
    Examples:
      costlint models list llama
      costlint models show meta-llama/Llama-3.1-8B-Instruct
      costlint models fit meta-llama/Llama-3.1-70B-Instruct --gpu H100 --count 2 --max-len 16384
    """


@command.command("list")
@click.argument("text", required=False, default="")
@click.option("--kind", type=click.Choice(["llm", "vision", "embedding", "reranker", "speech", "image"]), help="Of it.")
@config_options
@print_options
def list_(text: str, kind: str | None, color: bool | None, **options: Any) -> int:
    """List the models whose id, family or other name holds TEXT, the largest first; yours of the configuration are
    among them.

    \b
    Examples:
      costlint models list qwen3
      costlint models list --kind embedding

    Exit codes: 0 done, 2 usage or configuration, 4 there is none.
    """
    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.output import painter, width, write
    from costlint.reports.models import listed_lines

    models = _models(options)
    found = [one for one in models.holding(text) if kind in (None, one.kind)]
    if not found:
        of_it = f" of kind {kind}" if kind else ""
        click.echo(f'costlint: no model{of_it} has "{text}" in a name; others are sized by theirs', err=True)
        return NOTHING
    write("".join(f"{line}\n" for line in listed_lines(found, width=width(), paint=painter(color))), None)
    return DONE


@command.command("show")
@click.argument("model", shell_complete=complete_model)
@_shape_options
def show(model: str, config_json: str | None, form: Any, output: str | None, color: bool | None, **options: Any) -> int:
    """Size and shape of MODEL: a Hugging Face id, an Ollama tag, a NIM image, a GGUF file. Of a model nobody lists only
    the size is told, from its name.

    \b
    Examples:
      costlint models show llama3.1:70b
      costlint models show mine --config-json ./mine/config.json --format json

    Exit codes: 0 done, 2 usage, 3 the config.json cannot be read, 4 nothing is known by that name.
    """
    from costlint.cli.exits import DONE, NOTHING
    from costlint.cli.output import painter, width, write
    from costlint.reports.models import model_json, model_lines, weights_by_format
    from costlint.sizing.costs import token_prices
    from costlint.sizing.formats import weight_format

    named = _named(model, config_json, options)
    if named is None:
        return NOTHING
    shown = [found for name in ("bf16", "fp8", "awq", "q4_k_m") if (found := weight_format(name))]
    sizes, prices = weights_by_format(named.model, shown), token_prices(named.model)
    if form == "json":
        write(model_json(named, sizes, prices), output)
    else:
        lines = model_lines(named, sizes, prices, width=width(), paint=painter(color, to_file=output is not None))
        write("".join(f"{line}\n" for line in lines), output)
    return DONE


@command.command("fit")
@click.argument("model", shell_complete=complete_model)
@click.option(
    "--gpu",
    metavar="MODEL",
    shell_complete=complete_gpu,
    help="Accelerator: L4, H100, A100-80GB, …; default: the fewest of each.",
)
@click.option("--slice", "profile", metavar="PROFILE", help="A MIG slice of it: 1g.10gb, 3g.40gb.")
@click.option("--count", type=click.IntRange(1, 1024), default=1, metavar="N", help="So many of them (1).")
@click.option("--tensor-parallel", type=click.IntRange(1, 1024), metavar="N", help="Split by heads over so many.")
@click.option("--max-len", type=click.IntRange(1), metavar="TOKENS", help="Longest request; default: the engine's.")
@click.option("--concurrency", type=click.IntRange(1), metavar="N", help="So many requests of that length at a time.")
@click.option("--quantize", metavar="FORMAT", help="Weights as: fp8, awq, gptq, int8, nvfp4, q4_k_m, ….")
@click.option("--kv-dtype", metavar="FORMAT", help="KV cache as: fp8, int8, ….")
@click.option("--engine", type=_ENGINES, default="vllm", help="Who runs it (vllm).")
@click.option("--tag", metavar="VERSION", help="The engine's version; default: the newest.")
@click.option("--utilization", type=click.FloatRange(0.01, 1), metavar="SHARE", help="Of the memory it may use.")
@_shape_options
def fit(model: str, config_json: str | None, form: Any, output: str | None, color: bool | None, **asked: Any) -> int:
    """Whether MODEL fits on accelerators with at least one request of full length, and how fast it is there.

    \b
    Examples:
      costlint models fit meta-llama/Llama-3.1-8B-Instruct --gpu L4 --max-len 8192
      costlint models fit Qwen/Qwen3-32B --quantize fp8 --max-len 32768
      costlint models fit BAAI/bge-m3 --engine tei --gpu A100-40GB --slice 1g.5gb

    Exit codes: 0 it fits, 1 it does not, 2 usage, 3 the config.json cannot be read, 4 it cannot be told.
    """
    from costlint.catalog import Catalog
    from costlint.cli.exits import DONE, FINDINGS, NOTHING
    from costlint.cli.output import painter, width, write
    from costlint.reports.models import answer_lines, answers_json, everywhere_lines
    from costlint.sizing.engines import engine_defaults
    from costlint.sizing.fitting import answer, everywhere
    from costlint.sizing.names import quantised
    from costlint.sizing.tables import constant
    from costlint.sizing.throughput import Traffic

    named = _named(model, config_json, {name: asked.pop(name) for name in CONFIG_OPTIONS})
    if named is None:
        return NOTHING
    load = _load(asked)
    catalog, engine = Catalog(), engine_defaults(asked["engine"], asked["tag"])
    traffic = Traffic(int(constant("traffic.prompt-tokens")), int(constant("traffic.answer-tokens")))
    paint = painter(color, to_file=output is not None)
    if asked["gpu"] is None:
        answers = everywhere(catalog, quantised(named), load, engine, traffic)
        lines = (
            everywhere_lines(answers, width=width(), paint=paint) if answers else ["nothing in one machine holds it"]
        )
        code = DONE if answers else FINDINGS
    else:
        part = _device(catalog, asked["gpu"], asked["profile"])
        one = answer(
            quantised(named),
            load,
            engine,
            part,
            asked["count"],
            traffic,
            utilisation=asked["utilization"],
            tensor=asked["tensor_parallel"],
        )
        answers, lines = [one], answer_lines(one, paint=paint)
        code = {True: DONE, False: FINDINGS, None: NOTHING}[one.fit.fits]
    write(answers_json(answers) if form == "json" else "".join(f"{line}\n" for line in lines), output)
    return code


def _named(written: str, config_json: str | None, options: dict[str, Any]) -> Named | None:
    from costlint.sizing.names import Named, Names

    if config_json is not None:
        return Named(_configured(written, config_json), "", "id")
    named = Names(_models(options)).find(written)
    if named is None:
        click.echo(f'costlint: no model "{written}" is known, and its name does not say its size', err=True)
    return named


def _models(options: dict[str, Any]) -> Models:
    from costlint.sizing.own import BadModel, models_of

    try:
        return models_of(resolve_config((), **options))
    except BadModel as error:
        raise click.UsageError(str(error)) from error


def _configured(name: str, config_json: str) -> Any:
    from pathlib import Path

    from costlint.sizing.configs import NotAModelConfig, read_config
    from costlint.sources import SourceError, open_directory

    path = Path(config_json)
    try:
        source, under = open_directory(path.parent)
        return read_config(source, f"{under}/{path.name}".lstrip("/"), name)
    except NotAModelConfig as error:
        raise SourceError(str(error)) from error


def _load(asked: dict[str, Any]) -> Any:
    from costlint.sizing.formats import kv_bytes, weight_format
    from costlint.sizing.memory import Load

    form = weight_format(asked["quantize"]) if asked["quantize"] else None
    if asked["quantize"] and form is None:
        raise click.BadParameter(f'no format "{asked["quantize"]}" is known', param_hint="--quantize")
    size = kv_bytes(asked["kv_dtype"]) if asked["kv_dtype"] else None
    if asked["kv_dtype"] and size is None:
        raise click.BadParameter(f'no format "{asked["kv_dtype"]}" is known', param_hint="--kv-dtype")
    return Load(form, size, asked["max_len"], asked["concurrency"])


def _device(catalog: Catalog, written: str, profile: str | None) -> Device:
    from costlint.catalog.comparing import models_called
    from costlint.sizing.devices import device, sliced, slices

    called = models_called(catalog, written)
    if len(called) != 1:
        known = ", ".join(called) if called else ", ".join(one.model for one in catalog.accelerators())
        raise click.BadParameter(f'"{written}" is {"several: " if called else "none of "}{known}', param_hint="--gpu")
    accelerator = catalog.accelerator(called[0])
    if accelerator is None:
        raise click.BadParameter(f'no accelerator "{written}" is known', param_hint="--gpu")
    if profile is None:
        return device(accelerator)
    found = sliced(accelerator, profile)
    if found is None:
        known = ", ".join(one.profile for one in slices(accelerator.model)) or "none"
        raise click.BadParameter(f'{accelerator.model} has no slice "{profile}": {known}', param_hint="--slice")
    return found
