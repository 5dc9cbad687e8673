"""Which model a name means: Hugging Face ids, paths and URLs, NIM images, Ollama tags, GGUF files, quantised copies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from msgspec import structs

from costlint.sizing.formats import weight_format
from costlint.sizing.models import Model, Models

How = Literal["id", "alias", "name", "size"]
"""By its id; by another name somebody lists; by its name without organisation and variant; by the parameter count in
the name alone."""


class Named(NamedTuple):
    """The model a name means, the quantisation the name says ("" for none), and how it was found."""

    model: Model
    quantisation: str
    how: How


_SCHEME = re.compile(r"^(?:[a-z0-9+.-]+://)(?:models/)?", re.IGNORECASE)
_ON_CLAIM = re.compile(r"^pvc://", re.IGNORECASE)
_HUB_CACHE = re.compile(r"models--([^/]+?)--([^/]+)")
_NIM = re.compile(r"^nvcr\.io/nim/", re.IGNORECASE)
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
_GGUF_FORMAT = re.compile(r"[-._](?:UD-)?(I?Q\d(?:_[0-9KSMLX]+){0,2}|BF16|F16|FP16|F32)$", re.IGNORECASE)
_QUANTISED = re.compile(
    r"[-_.](?:(awq)(?:[-_]?(?:int4|4bit|marlin))?|(gptq)(?:[-_]?(int[48]|4bit|8bit))?|(fp8)(?:[-_](?:dynamic|kv|block))*"
    r"|(nvfp4|fp4|mxfp4)|(?:unsloth-)?bnb-(4|8)bit|(?:quantized[-_.])?(w4a16|w8a8|w8a16)(?:-(?:fp8|g128))?|(int4|int8)"
    r"|(gguf)|(4bit|8bit)|(hqq|exl2|eetq|autoround))(?=$|[-_.])",
    re.IGNORECASE,
)
_VARIANT = re.compile(r"(?:(?<=\db)-(?:instruct|chat|it|hf|base|pt|text)(?=-|$)|-(?:instruct|chat|it|hf|bf16|fp16)$)")
_NUMBER = re.compile(r"(?<=[a-z])-?(?=\d+(?:\.\d+)?(?:-|$))")
_LLAMA = re.compile(r"(?<![a-z])llama-3([123])-(?=\d)")
_SIZE = re.compile(r"(?:^|[-_.:/ ])(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?=$|[-_.:/ ])", re.IGNORECASE)
_ACTIVE = re.compile(r"[-_]a(\d+(?:\.\d+)?)b(?=$|[-_.])", re.IGNORECASE)


class Names:
    """Finds models by what manifests call them."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def find(self, written: str) -> Named | None:
        """The model that is meant, None if not even its size can be told. What is found by `size` alone has low
        confidence and no shape, so nothing about its KV cache follows."""
        text = written.strip().rstrip("/")
        if not text:
            return None
        exact = self._by_id.get(text.lower())
        if exact is not None:
            return Named(exact, "", "id")
        tag = self._tagged(text)
        if tag is not None:
            return tag
        name = _plain(text)
        alias = self._aliased(text, name)
        if alias is not None:
            return alias
        name, quantisation = _without_quantisation(name)
        found = self._by_id.get(name.lower()) or self._listed(name)
        if found is not None:
            return Named(found, quantisation, "id" if "/" in name else "alias")
        last = name.rpartition("/")[2]
        for key in _keys(last):
            if key in self._by_name:
                return Named(self._by_name[key], quantisation, "name")
        sized = _sized(written, last)
        return None if sized is None else Named(sized, quantisation, "size")

    @cached_property
    def _by_id(self) -> Mapping[str, Model]:
        return {key.lower(): model for key, model in self.models.items()}

    @cached_property
    def _by_name(self) -> Mapping[str, Model]:
        """Models by their name without organisation and variant; of several the one with the best confidence."""
        rank = {"high": 0, "medium": 1, "low": 2}
        found: dict[str, Model] = {}
        for model in sorted(self.models.values(), key=lambda model: (rank[model.confidence], len(model.id), model.id)):
            for key in _keys(model.id.rpartition("/")[2]):
                found.setdefault(key, model)
        return found

    def _tagged(self, text: str) -> Named | None:
        """An Ollama tag: family, then size, variant and quantisation ("llama3.1:70b-instruct-q8_0")."""
        text = re.sub(r"^ollama://|^(?:registry\.ollama\.ai/)?library/", "", text.lower())
        family, _, tag = text.partition(":")
        if "/" in text or family not in self._families:
            return None
        size, _, rest = tag.partition("-")
        key = family if tag in ("", "latest") else f"{family}:{size}"
        found = self.models.tags.get(key) or self.models.tags.get(f"{family}:{tag}")
        if found is None:
            return None
        stated = [part for part in (rest, rest.rpartition("-")[2]) if weight_format(part)]
        return Named(self.models[found[0]], stated[0] if stated else found[1], "alias")

    @cached_property
    def _families(self) -> frozenset[str]:
        return frozenset(tag.partition(":")[0] for tag in self.models.tags)

    def _aliased(self, text: str, name: str) -> Named | None:
        for key in (text.lower(), name.lower()):
            found = self._listed(key)
            if found is not None:
                return Named(found, "", "alias")
        return None

    def _listed(self, name: str) -> Model | None:
        target = self.models.aliases.get(name.lower())
        return None if target is None else self.models.get(target)


def _plain(text: str) -> str:
    """The part of a path, URL or image reference that names the model: organisation/name where there is one."""
    written, cached = text, _HUB_CACHE.search(text)
    if cached:
        return f"{cached.group(1)}/{cached.group(2)}"
    text = _NIM.sub("", _SCHEME.sub("", text).partition("?")[0]).partition("@")[0]
    if _ON_CLAIM.match(written):
        text = text.removesuffix("-pvc")
    parts = [part for part in text.split("/") if part and part not in (".", "..")]
    if not parts:
        return text
    last = parts[-1]
    if ":" in last and not last.lower().endswith(".gguf"):
        last, _, tag = last.partition(":")
        last = f"{last}-{tag}" if last.lower().endswith("gguf") and weight_format(tag) else last
    if last.lower().endswith((".gguf", ".bin", ".safetensors", ".nemo")):
        last = _SHARD.sub("", last.rpartition(".")[0])
    return "/".join([*parts[-2:-1], last])


def _without_quantisation(name: str) -> tuple[str, str]:
    """A name without what says how it is quantised, and that."""
    found = _GGUF_FORMAT.search(name)
    if found:
        return _without_quantisation(name[: found.start()])[0], found.group(1).lower()
    match = _QUANTISED.search(name)
    if match is None:
        return name, ""
    rest = name[: match.start()] + name[match.end() :]
    plain, more = _without_quantisation(rest)
    stated = _stated(match)
    return plain, stated if stated != "gguf" else more or stated


def _stated(match: re.Match[str]) -> str:
    text = match.group(0)[1:].lower()
    if match.group(2) and "8" in text:
        return "gptq-int8"
    if "bnb" in text:
        return "bnb-8bit" if "8bit" in text else "bnb-4bit"
    if text in ("4bit", "8bit"):
        return f"int{text[0]}"
    for form in ("awq", "gptq", "w4a16", "w8a16", "w8a8", "nvfp4", "mxfp4", "fp8", "fp4", "int4", "int8", "gguf"):
        if form in text:
            return "fp8" if form == "w8a8" and "fp8" in text else form
    return text


def _keys(name: str) -> list[str]:
    """A name as people vary it: in lower case and without "meta-", then without what says how it was tuned."""
    key = re.sub(r"[\s_]+", "-", name.lower()).removeprefix("meta-")
    key = _LLAMA.sub(r"llama-3.\1-", _NUMBER.sub("-", key))
    plain = key
    while _VARIANT.search(plain):
        plain = _VARIANT.sub("", plain)
    return [key] if plain == key else [key, plain]


def _sized(written: str, name: str) -> Model | None:
    """A model of which only the parameter count is known, from its name ("acme-support-13b", "moe-8x7b", "30B-A3B")."""
    found = _SIZE.search(name)
    if found is None:
        return None
    copies, number, unit = found.groups()
    count = float(number) * (1e9 if unit.lower() == "b" else 1e6) * float(copies or 1)
    if not 1e6 <= count <= 5e12:
        return None
    active = _ACTIVE.search(name)
    return Model(
        id=written,
        family="",
        kind="llm",
        parameters=count,
        active=float(active.group(1)) * 1e9 if active else None,
        cache="unknown",
        confidence="low",
        source="parameter count in the name",
        date="",
        note="only its size is known, from its name",
    )


def quantised(named: Named) -> Model:
    """The model with the native format the name says, so that its weights are that of the copy it names."""
    form = weight_format(named.quantisation) if named.quantisation else None
    return named.model if form is None else structs.replace(named.model, dtype=form.name, weights_gib=None)
