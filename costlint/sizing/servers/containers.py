"""A container that runs a model server → what it says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from costlint.clusters.embedded import settings_in
from costlint.clusters.workloads import PodGroup
from costlint.model import UNKNOWN, Path, Resource, Unknown, lookup
from costlint.sizing.server import Engine, Server
from costlint.sizing.servers.launches import Launch, ReadText, Started, started, words_of
from costlint.sizing.servers.meanings import model_in, quantisation_named
from costlint.sizing.servers.neighbours import Neighbours, environment, mounted_file
from costlint.sizing.servers.options import Said, Value, of_arguments, of_variables
from costlint.sizing.servers.programs import Program, is_no_server, program, program_of_image, program_of_options
from costlint.sizing.servers.requested import Image, image_fields, image_of
from costlint.sizing.servers.words import HOLE, NO_VARIABLES, Variables, Word, settled, written_text

SAID_BY_OPTIONS = (
    "model",
    "revision",
    "served_name",
    "precision",
    "quantisation",
    "kv_dtype",
    "tensor_parallel",
    "pipeline_parallel",
    "data_parallel",
    "expert_parallel",
    "max_length",
    "max_sequences",
    "max_batched_tokens",
    "memory_utilisation",
    "kv_cache_gib",
    "cpu_offload_gib",
    "prefix_caching",
    "chunked_prefill",
    "eager",
    "draft_model",
    "adapters",
    "takes_adapters",
    "adapter_slots",
    "adapter_rank",
)
"""The fields of a server that options may say: unknown, all of them, where options cannot be read."""

_OLLAMA_TAG = re.compile(r"[\w./-]+(?::[\w.-]+)?")
_MODEL_OF_NIM = re.compile(r"(?:^|/)nim/([\w.-]+/[\w.-]+)$")
_USUAL_NAMES = ("MODEL", "MODEL_ID", "MODEL_NAME", "MODEL_PATH", "HF_MODEL_ID")
_NIM_FOR_ANY_MODEL = frozenset(("nvidia/llm-nim", "nvidia/model-free-nim"))


def read_container(
    container: Mapping[str, object],
    path: Path,
    resource: Resource,
    group: PodGroup | None = None,
    beside: Neighbours | None = None,
    fallback: Program | None = None,
) -> tuple[Program, Said] | None:
    """The program a container runs and what it is told, None if it is no model server as far as one can see.

    `fallback` is what runs where neither image nor command say so (a kind that brings its own).
    """
    variables = environment(container, path, resource, beside)
    image = image_of(container.get("image"))
    holds = program_of_image(image.repository) if isinstance(image.repository, str) else None
    command = words_of(container, "command", path, variables)
    arguments = words_of(container, "args", path, variables)

    def read(name: str) -> str | None:
        return mounted_file(name, container, group, resource, beside)

    told = started([*command, *arguments], variables, read) if command or _is_command(arguments) else None
    if told is not None and told.launches:
        return _launched(told, variables, read, image, path)
    beside_one = holds is None and isinstance(image.repository, str) and is_no_server(image.repository)
    found = holds or (None if beside_one else fallback)
    if found is None and not command and _to_be_filled_in(container.get("image")):
        found = program_of_options(word.text for word in arguments)
    if found is None or (told is not None and not told.opaque and not _says_options(told, command)):
        return None
    if not command and told is None and not _suit(arguments, found):
        return None
    if told is not None and told.opaque and group is not None and group.nature == "batch":
        return None  # a script in the image of a server that is run once: downloads, conversions, measurements
    said = Said()
    if told is not None and told.opaque:
        said.open = True
        said.merge(_told_script(variables))
    else:
        words = arguments if told is None else [*command, *arguments]
        said = of_arguments(words, found, positional=_positional(found), read_file=lambda name: settings_in(read(name)))
    said.merge(of_variables(variables, found))
    _complete(said, found, image, path, told, container, variables)
    return found, said


def server(
    resource: Resource, path: Path, found: Program, said: Said, others: Mapping[str, Value] | None = None
) -> Server:
    """The server that was found, with what was said of it and what its workload says besides (`others`)."""
    values = {**said.values, **(others or {})}
    fields: dict[str, Any] = {name: one.value for name, one in values.items() if name != "engine"}
    if said.open:
        fields |= dict.fromkeys((name for name in SAID_BY_OPTIONS if name not in values), UNKNOWN)
    engine = values["engine"].value if "engine" in values else found.engine
    return Server(
        address=resource.address,
        container=path,
        engine=None if isinstance(engine, Unknown) else cast("Engine | None", engine or None),
        written={name: one.path for name, one in values.items() if one.path},
        **fields,
    )


def _launched(told: Started, variables: Variables, read: ReadText, image: Image, path: Path) -> tuple[Program, Said]:
    found = program(told.launches[0].entrypoint.program)
    each = [_arguments_of(one, found, read) for one in told.launches if one.entrypoint.program == found.name]
    said = each[0]
    for other in each[1:]:
        for field in {*said.values, *other.values}:
            told_by = [one.values[field] for one in (said, other) if field in one.values]
            values = [one.value for one in told_by]
            if len(values) == 1 or (values[0] is not values[1] and _differ(*values)):
                said.values[field] = Value(UNKNOWN, told_by[0].path)
        said.open = said.open or other.open
    said.merge(of_variables(told.launches[0].variables, found))
    _complete(said, found, image, path, told, {}, variables)
    return found, said


def _arguments_of(launch: Launch, found: Program, read: ReadText) -> Said:
    def settings(name: str) -> Mapping[str, object] | None:
        return settings_in(launch.files.get(name) or read(name))

    return of_arguments(launch.words, found, positional=launch.entrypoint.positional, read_file=settings)


def _differ(one: object, other: object) -> bool:
    return isinstance(one, Unknown) or isinstance(other, Unknown) or one != other


def _complete(
    said: Said,
    found: Program,
    image: Image,
    path: Path,
    told: Started | None,
    container: Mapping[str, object],
    variables: Variables,
) -> None:
    """What only some servers have: the model in a NIM's image, those Ollama pulls, the file that names how it is
    quantised, a context that is shared between slots."""
    for field, value in image_fields(image, (*path, "image")).items():
        said.say(field, value.value, value.path)
    if found.name == "nim" and isinstance(image.repository, str):
        match = _MODEL_OF_NIM.search(image.repository)
        if match is not None and match[1] not in _NIM_FOR_ANY_MODEL:
            said.say("model", image.repository, (*path, "image"))
    elif found.name == "ollama":
        pulled = _pulled([*(told.others if told else ()), *_hooked(container, path, variables)])
        if pulled:
            names = {word.text for word in pulled}
            said.say("model", settled(pulled[0].text) if len(names) == 1 else UNKNOWN, pulled[0].path)
        elif "model" not in said.values:
            said.say("model", UNKNOWN, path)
    elif found.name == "triton":
        said.say("model", UNKNOWN, path)
    if found.engine in ("llama.cpp", "ollama"):
        model = said.values.get("model")
        if model is not None and isinstance(model.value, str):
            named = quantisation_named(model.value.replace(":", "-"))
            if named is not None:
                said.say("quantisation", named, model.path)
    if found.name == "llama.cpp":
        length, slots = said.values.get("max_length"), said.values.get("max_sequences")
        if length and slots and isinstance(length.value, int) and isinstance(slots.value, int) and slots.value:
            said.values["max_length"] = Value(length.value // slots.value, length.path)


def _told_script(variables: Variables) -> Said:
    """The model that a script nobody can read is told by the usual variables, if they agree."""
    said = Said()
    set_ = {name: model_in(one.text) for name in _USUAL_NAMES if (one := variables.values.get(name)) and one.text}
    if len(set(map(str, set_.values()))) == 1:
        name, model = next(iter(set_.items()))
        if isinstance(model, str) and "/" in model:
            said.say("model", model, variables.values[name].path)
    return said


def _pulled(commands: Iterable[tuple[Word, ...]]) -> list[Word]:
    """The models that `ollama pull` and `ollama run` name."""
    found = []
    for words in commands:
        for index, word in enumerate(words[:-2]):
            if word.text.rsplit("/", 1)[-1] == "ollama" and words[index + 1].text in ("pull", "run"):
                name = words[index + 2]
                if HOLE in name.text or _OLLAMA_TAG.fullmatch(name.text):
                    found.append(name)
    return found


def _hooked(container: Mapping[str, object], path: Path, variables: Variables) -> Iterable[tuple[Word, ...]]:
    """The commands a container runs once it has started."""
    at: Path = ("lifecycle", "postStart", "exec")
    hook = lookup(container, at)
    if not isinstance(hook, dict):
        return ()
    return started(words_of(hook, "command", (*path, *at), variables), variables, lambda _: None).others


def _is_command(arguments: list[Word]) -> bool:
    """Whether arguments without a command name a program of their own (images whose entry point runs what it is
    given)."""
    return (
        bool(arguments)
        and not arguments[0].text.startswith("-")
        and arguments[0].text != HOLE
        and bool(
            started(arguments, NO_VARIABLES, lambda _: None).launches
            or re.fullmatch(r"(?:.*/)?(?:ba|da|a)?sh|(?:.*/)?python[\d.]*|sleep|tail", arguments[0].text)
        )
    )


def _says_options(told: Started, command: list[Word]) -> bool:
    """Whether a command is but options, for an image whose entry point was left out by mistake (`command:` for
    `args:`)."""
    return bool(command) and command[0].text.startswith("-") and len(told.others) == 1


def _to_be_filled_in(image: object) -> bool:
    """Whether an image is a blank (`$IMAGE`, `VLLM_IMAGE_URL`) that is filled in before it is applied."""
    text = written_text(image) if image is not None else ""
    return isinstance(settled(text), Unknown) or re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*", text) is not None


def _suit(arguments: list[Word], found: Program) -> bool:
    """Whether arguments may be those of a server: options, a verb of its, or (vLLM) the model; not `list-profiles`."""
    first = arguments[0].text if arguments else "-"
    return first.startswith(("-", HOLE)) or first in found.verbs or (_positional(found) and "/" in first)


def _positional(found: Program) -> bool:
    return found.name in ("vllm",)
