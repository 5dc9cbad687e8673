"""In how many containers that run a model server costlint recognises the server and the model.

    python benchmarks/servers.py DIRECTORY...            one line for each repository, and the reasons of all misses
    python benchmarks/servers.py --misses DIRECTORY...   every miss, with where it stands and what it says

Every object of a directory counts once, also those that stand beside another of the same name (a scan reads the first
of them); of overlays each model once. Charts are rendered with their own values. A container counts if costlint takes
it for a server, or if its image, or what it runs, names an engine. Left out are what stands beside servers, jobs that
run once in the image of a server, templates of servers somebody else starts, and the further pods of a copy of a model.
A container is recognised if its engine is known and its model is one whose size is known, by the catalog or (said
apart) by its name alone.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from costlint.config import Config
from costlint.graph import View
from costlint.model import Path as Place
from costlint.model import Resource, Stack, Unknown, lookup
from costlint.pipeline import survey
from costlint.readers.discover import discover
from costlint.readers.kubernetes.manifests import manifests
from costlint.readers.kubernetes.read import resource_of
from costlint.readers.terraform.files import TerraformFiles
from costlint.sizing.models import Models
from costlint.sizing.names import Names
from costlint.sizing.server import Server
from costlint.sizing.servers import servers_of
from costlint.sizing.servers.programs import is_no_server
from costlint.sources import open_directory

RECOGNISED, BY_SIZE = "recognised", "recognised by the size in its name"
BLANK, ELSEWHERE = "to be filled in before it is applied", "not in what is deployed here"
NAMELESS, UNLISTED, UNSEEN = "a path that names no model", "a model nobody lists", "a server that was not seen"
NOT_SAID = (BLANK, ELSEWHERE, NAMELESS)
"""Misses in which the text names no model: nobody could tell it from the manifest."""

_ENGINE = re.compile(
    r"(?i)vllm|text-generation-(?:inference|launcher)|sglang|tritonserver|nvcr\.io/nim/|(?:^|/)ollama|llama[.-]cpp|"
    r"llama-server|text-embeddings|infinity_emb|lmdeploy|trtllm|huggingfaceserver|djl-(?:serving|inference)"
)
_STARTS = re.compile(r"vllm serve|vllm[./]entrypoints|sglang\.launch_server|trtllm-serve|tritonserver|llama-server")
_TEMPLATES = (
    "ServingRuntime.serving.kserve.io",
    "ClusterServingRuntime.serving.kserve.io",
    "LLMInferenceServiceConfig",
    "BackendRuntime.inference.llmaz.io",
    "ServingRuntime.ome.io",
    "ClusterServingRuntime.ome.io",
    "ServerConfig.mlops.seldon.io",
    "ClusterServiceVersion.operators.coreos.com",
    "Template.template.openshift.io",
)
"""Kinds that describe servers somebody else starts."""

_BATCH = ("Job", "CronJob", "RayJob", "RayCluster.")
"""Kinds whose pods run in the image of a server to do something else, unless what they run starts one."""

_BESIDE = re.compile(r"(?i)frontend|planner|router|processor|head|worker")
_TO_FILL_IN = re.compile(
    r"[$<{]|\bV_[A-Z]|(?i:your[-_]|replace|example|my-bucket)|\bREGION\b|PROJECT_ID|^[A-Z]+(?:_[A-Z]+)+$"
)
_PLACE = re.compile(r"/|(?:pvc|s3|gs|oci|https?)://")


class Seen(NamedTuple):
    """A container that runs a server: where it stands, the verdict, and the engine and model as read."""

    place: str
    verdict: str
    engine: str
    model: str
    container: str


def containers(directory: str) -> Iterator[Seen]:
    """Every container in a directory that runs a model server."""
    names = Names(Models())
    known: set[tuple[str, ...]] = set()
    for resource, view in _resources(directory):
        servers = servers_of(resource, view)
        for one in _judged(resource, servers, names):
            key = (one.place, one.container, one.model)
            if key not in known:
                known.add(key)
                yield one


def _resources(directory: str) -> Iterator[tuple[Resource, View]]:
    """What is deployed, then the objects a scan leaves out because another has their name."""
    stacks = survey([directory], Config())
    seen: set[tuple[str, int]] = set()
    rendered: set[str] = set()
    views: dict[str, View] = {}
    for stack in stacks:
        view = View(stack)
        plain = _is_plain(stack)
        for resource in stack.resources:
            seen.add((resource.span.file, resource.span.line))
            yield resource, view
        views |= dict.fromkeys(stack.files, view)
        rendered.update(() if plain else stack.files)
    source, selected = open_directory(directory)
    inputs = discover(source, [selected], TerraformFiles(source))
    for manifest in manifests(source, inputs.manifests, []):
        if manifest.shown in rendered:
            continue
        for found, document in manifest.objects:
            resource = resource_of(found, document, manifest.shown)
            if (resource.span.file, resource.span.line) not in seen and manifest.shown in views:
                yield resource, views[manifest.shown]


def _is_plain(stack: Stack) -> bool:
    return stack.kind == "kubernetes"


def _judged(resource: Resource, servers: Iterable[Server], names: Names) -> Iterator[Seen]:
    where = f"{resource.span.file}:{resource.span.line}"
    read: list[Place] = []
    for one in servers:
        read.append(one.container)
        model = one.model if isinstance(one.model, str) else ""
        yield Seen(where, _verdict(resource, one, names), one.engine or "", model, ".".join(map(str, one.container)))
    in_groups = resource.type.startswith(("Ray", "LeaderWorkerSet"))
    if resource.type.startswith(_TEMPLATES) or not resource.type[:1].isupper() or (read and in_groups):
        return
    for place, container in _walked(resource.attributes, ()):
        inside = any(place[: len(one)] == one or one[: len(place)] == place for one in read)
        if not inside and _looks_like_one(container, resource.type.startswith(_BATCH), bool(read), place):
            image = str(container.get("image"))
            yield Seen(where, UNSEEN, "", image, ".".join(map(str, place)))
            if in_groups:
                return


def _verdict(resource: Resource, one: Server, names: Names) -> str:
    if isinstance(one.model, str) and one.engine:
        named = names.find(one.model)
        if named is not None:
            return BY_SIZE if named.how == "size" else RECOGNISED
        if _TO_FILL_IN.search(one.model):
            return BLANK
        return NAMELESS if _PLACE.match(one.model) else UNLISTED
    written = lookup(resource.attributes, one.written["model"]) if "model" in one.written else None
    if isinstance(written, Unknown) or (isinstance(written, str) and _TO_FILL_IN.search(written)):
        return BLANK
    return ELSEWHERE


def _looks_like_one(container: Mapping[str, object], once: bool, has_servers: bool, place: Place) -> bool:
    """Whether a container nobody took for a server names an engine in what it runs, or else in its image."""
    runs = " ".join(str(container.get(key) or "") for key in ("command", "args"))
    if once or container.get("command"):
        return bool(_STARTS.search(runs))
    image = str(container.get("image") or "")
    repository, _, tag = image.partition("@")[0].rpartition(":")
    repository = repository or tag
    if is_no_server(repository) or tag.endswith("-sdk") or (has_servers and _BESIDE.search(".".join(map(str, place)))):
        return False
    return bool(_ENGINE.search(repository))


def _walked(value: object, path: Place) -> Iterator[tuple[Place, Mapping[str, object]]]:
    if isinstance(value, dict):
        if path and path[-1] != "initContainers" and isinstance(value.get("image"), str):
            yield path, value
        for name, inner in value.items():
            if name != "initContainers":
                yield from _walked(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walked(inner, (*path, index))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directories", nargs="+", metavar="DIRECTORY")
    parser.add_argument("--misses", action="store_true", help="print every container that is not recognised")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    for directory in options.directories:
        found = list(containers(directory))
        verdicts = Counter(one.verdict for one in found)
        total += verdicts
        print(f"{Path(directory).name}: {_share(verdicts)}")
        for one in found if options.misses else ():
            if one.verdict not in (RECOGNISED, BY_SIZE):
                print("   ", one.place, one.container, one.verdict, one.engine, one.model, sep="  ")
    print(f"\nall: {_share(total)}")
    for verdict, count in total.most_common():
        print(f"{count:6,} {verdict}")
    said = Counter({verdict: count for verdict, count in total.items() if verdict not in NOT_SAID})
    print(f"of those whose manifest names a model: {_share(said)}")


def _share(verdicts: Mapping[str, int]) -> str:
    every = sum(verdicts.values())
    good = verdicts.get(RECOGNISED, 0) + verdicts.get(BY_SIZE, 0)
    return f"{good:,} of {every:,}" + (f" ({good / every:.0%})" if every else "")


if __name__ == "__main__":
    main()
