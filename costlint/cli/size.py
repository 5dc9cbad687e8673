"""`costlint size`: which machines hold a model and are fast enough, and what each costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from costlint.cli.options import config_options, print_options, resolve_config
from costlint.cli.price_options import CONFIG_OPTIONS, SHIPPED, currency_of
from costlint.cli.size_options import (
    PURCHASES,
    complete_format,
    complete_gpu,
    complete_model,
    complete_region,
    least_throughput,
    tokens,
)

_ENGINES = click.Choice(["vllm", "tgi", "sglang", "tensorrt-llm", "nim", "lmdeploy", "ollama", "llama.cpp", "tei"])

if TYPE_CHECKING:
    from costlint.sizing.sized import Sized


@click.command("size")
@click.argument("named", metavar="[MODEL]", required=False, shell_complete=complete_model)
@click.option("--model", metavar="MODEL", shell_complete=complete_model, help="A model, or a config.json of yours.")
@click.option("--compare", metavar="MODEL", multiple=True, shell_complete=complete_model, help="Beside another model.")
@click.option(
    "--from",
    "origin",
    metavar="PATH",
    type=click.Path(exists=True, allow_dash=True),
    help="The servers in manifests, values or a directory; - for what is piped in.",
)
@click.option("--name", "picked", metavar="NAME", help="Of --from, only the resource of this name.")
@click.option("--container", metavar="NAME", help="Of --from, only the container of this name.")
@click.option("--max-len", callback=tokens, metavar="TOKENS", help="Longest request: 8192, 16k; default: the model's.")
@click.option("--concurrency", type=click.IntRange(1, 1 << 20), metavar="N", help="Such requests at a time, per copy.")
@click.option("--input-tokens", callback=tokens, metavar="TOKENS", help="Prompt of a usual request (1,000).")
@click.option("--output-tokens", callback=tokens, metavar="TOKENS", help="Answer to a usual request (300).")
@click.option("--replicas", type=click.IntRange(1, 10_000), metavar="N", help="Copies of the model (1, or today's).")
@click.option("--engine", type=_ENGINES, help="Who runs it (vllm, or today's).")
@click.option(
    "--quantize",
    metavar="FORMAT",
    multiple=True,
    shell_complete=complete_format,
    help="Weights as: none (as published), any, fp8, awq, …; several with commas.",
)
@click.option("--kv-dtype", metavar="FORMAT", help="KV cache as: fp8, int8, ….")
@click.option("--gpu", metavar="MODEL", multiple=True, shell_complete=complete_gpu, help="Only these accelerators.")
@click.option(
    "--arch",
    type=click.Choice(["x86_64", "arm64", "any"]),
    default="x86_64",
    help="Of the host (x86_64: most images are for nothing else).",
)
@click.option("--provider", "providers", metavar="NAME", multiple=True, help="aws, gcp, azure; default: all three.")
@click.option(
    "--region", "regions", metavar="REGION", multiple=True, shell_complete=complete_region, help="Or aws=REGION."
)
@click.option("--purchase", metavar="HOW", multiple=True, help=f"{', '.join(PURCHASES)} (on-demand).")
@click.option(
    "--min-throughput",
    callback=least_throughput,
    metavar="LEAST",
    help="Tokens/s per copy, or a share of today's (--from; 1): 800, 0.5, 50%.",
)
@click.option("--all", "everything", is_flag=True, help="Every configuration, not only the few worth looking at.")
@click.option("--explain", is_flag=True, help="The arithmetic behind the first configuration.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", help="How to write.")
@click.option("--output", "-o", metavar="FILE", type=click.Path(), help="Write it to a file.")
@click.option(
    "--html", metavar="FILE", type=click.Path(), help="Write a chart of cost and throughput to a file as well."
)
@click.option(
    "--prices", "prices_file", metavar="FILE", type=click.Path(), multiple=True, help="Your own prices and discounts."
)
@SHIPPED
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
@config_options
@print_options
def command(
    form: str, output: str | None, html: str | None, everything: bool, explain: bool, color: bool | None, **asked: Any
) -> int:
    """Which machines hold a model, with so many requests of such a length at a time, and what they cost.

    Searches accelerators, their number, how the weights are stored, providers, regions and ways to buy. Shown are the
    configurations that are faster than every cheaper one, and the cheapest of each provider. With --from, what the
    servers there have today stands beside what would do as well.

    \b
    Examples:
      costlint size --model meta-llama/Llama-3.1-8B-Instruct --max-len 8k
      costlint size llama3.1:70b --max-len 16k --concurrency 64 --quantize any --provider aws
      costlint size --model ./config.json --max-len 8k --gpu H100 --purchase any
      costlint size --model Qwen/Qwen3-32B --compare Qwen/Qwen3-14B --max-len 8k --html chart.html
      costlint size --from deploy/prod/chat.yaml --min-throughput 0.5
      costlint size --from . --name chat --explain

    Exit codes: 0 done, 1 nothing offered does, 2 usage or configuration, 3 a file cannot be read, 4 it cannot be told.
    """
    if explain and form != "text":
        raise click.UsageError("--explain is for people: it goes with --format text")
    asked["model"] = _model(asked.pop("named"), asked["model"])
    from costlint.cli.size_asked import Asked
    from costlint.cli.size_asking import sizes

    names = (*CONFIG_OPTIONS, "no_user_prices", "prices_file")
    config = resolve_config((), **{name: asked.pop(name) for name in names})

    from costlint.model.currency import showing
    from costlint.opening import open_catalog

    catalog = open_catalog(config)
    sized = sizes(Asked(**asked), config, catalog)
    with showing(currency_of(catalog)):
        _write(sized, form, output, html, everything, explain, color)
    return _code(sized)


def _model(named: str | None, model: str | None) -> str | None:
    """The model, said with --model or without. Raises UsageError for two, and for what is no model but a place."""
    if named is None:
        return model
    if model is not None:
        raise click.UsageError("MODEL and --model are the same; --compare puts another model beside it")
    path = Path(named)
    if (path.is_file() and path.suffix != ".json") or (path.is_dir() and not (path / "config.json").is_file()):
        raise click.UsageError(f"{named} is no model; its servers are sized with --from {named}")
    return named


def _write(
    sized: list[Sized],
    form: str,
    output: str | None,
    html: str | None,
    everything: bool,
    explain: bool,
    color: bool | None,
) -> None:
    from costlint.cli.output import painter, width, write

    if html is not None or form == "html":
        from costlint.reports.size_html import render

        page = render(sized)
        if html is not None:
            write(page, html)
        if form == "html":
            write(page, output)
    if form == "json":
        from costlint.reports.size_json import size_json

        write(size_json(sized), output)
    elif form == "text":
        from costlint.reports.size import size_lines
        from costlint.reports.size_explain import arithmetic

        paint = painter(color, to_file=output is not None)
        lines = size_lines(sized, everything=everything, width=width(), paint=paint)
        for one in sized if explain else ():
            lines += ["", *arithmetic(one, width=width(), paint=paint)]
        write("".join(f"{line}\n" for line in lines), output)


def _code(sized: list[Sized]) -> int:
    """0 if anything has an answer, else 1 if nothing offered does, else 4."""
    from costlint.cli.exits import DONE, FINDINGS, NOTHING

    if not sized:
        return NOTHING
    answered = [one.found for one in sized if one.found is not None]
    if any(one.options for one in answered):
        return DONE
    return FINDINGS if any(not one.unknown for one in answered) else NOTHING
