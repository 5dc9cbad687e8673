"""What the text of an option means: a count, a share, a size, a model, by the kind of option the tables name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from costlint.model import UNKNOWN, Unknown
from costlint.sizing.servers.programs import Flag
from costlint.sizing.servers.words import HOLE, settled

_COUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgGtT]i?)?[bB]?")
_SIZES = {"k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
_POWERS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_QUANTISED = re.compile(r"(?i)(?<![a-z0-9])((?:i?q\d|tq\d)(?:_[a-z0-9]+)*|bf16|f16|f32|mxfp4)(?=[.-]|$)")
_PROFILE_PART = re.compile(r"(tp|pp)(\d+)")
_SIZE_IN_NAME = re.compile(r"(?i)(?:^|[-_.])\d+(?:\.\d+)?[bm](?=$|[-_.])")
_PRECISIONS = frozenset(("bf16", "fp16", "fp32"))


def meaning(flag: Flag, text: str) -> Iterable[tuple[str, object]]:
    """The fields an option speaks of, with their values; Unknown where the text does not tell."""
    if flag.kind == "profile":
        return _profile(text)
    if flag.kind == "config" or not flag.field:
        return ()
    if flag.kind == "gguf":
        value = settled(text)
        return ((flag.field, value if isinstance(value, Unknown) else quantisation_named(value)),)
    reader = KINDS.get(flag.kind.partition(":")[0])
    value = settled(text) if flag.field != "model" else model_in(text)
    if flag.kind == "json:model":
        value = text if HOLE not in text else UNKNOWN
    return ((flag.field, value if isinstance(value, Unknown) or reader is None else reader(value)),)


def quantisation_named(file: str) -> str | None:
    """The quantisation a GGUF file or tag is named after (`…Q4_K_M.gguf`), in lower case; None if it names none."""
    matches = _QUANTISED.findall(file)
    return str(matches[-1]).lower() if matches else None


def model_in(text: str) -> str | Unknown:
    """The model a text names. Of a path whose beginning is filled in later (`gs://$(BUCKET)/Llama-3.1-8B`), the last
    part names it all the same."""
    value = settled(text)
    if not isinstance(value, Unknown):
        return value
    start, slash, name = text.strip().rstrip("/").rpartition("/")
    is_size = slash and _SIZE_IN_NAME.search(name) is not None
    return settled(name) if is_size and ("/" in start or start.startswith(HOLE)) else UNKNOWN


def _whole(text: str) -> object:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else UNKNOWN


def _positive(text: str) -> object:
    value = _whole(text)
    return UNKNOWN if value == 0 else value


def _tokens(text: str) -> object:
    """vLLM takes `16k` for 16,000 and `16K` for 16,384."""
    match = _COUNT.fullmatch(text)
    if match is None or len(text) > 12:
        return UNKNOWN
    return round(float(match[1]) * (_SIZES.get(match[2] or "") or _POWERS.get(match[2] or "", 1)))


def _number(text: str) -> object:
    try:
        value = float(text)
    except ValueError:
        return UNKNOWN
    return value if 0 <= value < 1e9 else UNKNOWN


def _share(text: str) -> object:
    value = _number(text)
    return value if isinstance(value, float) and value <= 1 else UNKNOWN


def _bytes(text: str) -> object:
    match = _COUNT.fullmatch(text)
    if match is None or len(text) > 20:
        return UNKNOWN
    unit = (match[2] or "").removesuffix("i")
    factor = _POWERS.get(unit.upper(), 1) if match[2] != unit or unit.isupper() else _SIZES.get(unit, 1)
    return float(match[1]) * factor / (1 << 30)


def _switch(text: str) -> object:
    return {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }.get(text.lower(), UNKNOWN)


def _off(text: str) -> object:
    value = _switch(text)
    return not value if isinstance(value, bool) else value


def _many(text: str) -> object:
    value = _whole(text)
    return value > 1 if isinstance(value, int) else value


def _more_than_nothing(text: str) -> object:
    """A size whose -1 or 0 turns the thing off."""
    return int(text) > 0 if re.fullmatch(r"-?\d{1,9}", text) else UNKNOWN


def _bits(text: str) -> object:
    return {"0": "auto", "4": "int4", "8": "int8"}.get(text, UNKNOWN)


def _model_in(text: str) -> object:
    try:
        found = json.loads(text)
    except ValueError:
        return UNKNOWN
    model = found.get("model") if isinstance(found, dict) else None
    return settled(model) if isinstance(model, str) else None


def _pairs(text: str) -> object:
    """`name=path` or `{"name": …, "path": …}`, one after the other: the paths."""
    found = []
    for part in text.splitlines():
        try:
            one = json.loads(part)
        except ValueError:
            one = None
        found.append(str(one.get("path", "")) if isinstance(one, dict) else part.partition("=")[2] or part)
    return tuple(found)


def _commas(text: str) -> object:
    return tuple(part.partition("=")[2] or part for part in text.split(",") if part)


def _rolling_batch(text: str) -> object:
    return {"vllm": "vllm", "lmi-dist": "vllm", "trtllm": "tensorrt-llm"}.get(text.lower())


def _profile(text: str) -> Iterable[tuple[str, object]]:
    """What the readable name of a NIM profile says (`vllm-bf16-tp2-pp1`, `tensorrt_llm-h100-fp8-tp4-latency`)."""
    value = settled(text)
    parts = [] if isinstance(value, Unknown) else value.lower().split("-")
    if "tensorrt_llm" not in parts and "vllm" not in parts and "sglang" not in parts:
        yield from ((field, UNKNOWN) for field in ("tensor_parallel", "pipeline_parallel", "precision", "quantisation"))
        return
    for part in parts:
        match = _PROFILE_PART.fullmatch(part)
        if match is not None:
            yield "tensor_parallel" if match[1] == "tp" else "pipeline_parallel", int(match[2])
        elif part in _PRECISIONS:
            yield "precision", part
        elif part in ("fp8", "nvfp4", "mxfp4", "int8", "awq", "gptq"):
            yield "quantisation", part


KINDS: Mapping[str, Callable[[str], object]] = {
    "int": _whole,
    "positive-int": _positive,
    "tokens": _tokens,
    "float": _number,
    "share": _share,
    "bytes": _bytes,
    "switch": _switch,
    "flag": _switch,
    "off": _off,
    "many": _many,
    "positive": _more_than_nothing,
    "zero": lambda text: text == "0",
    "int-bits": _bits,
    "json": _model_in,
    "pairs": _pairs,
    "commas": _commas,
    "rolling-batch": _rolling_batch,
}
"""How the text of each kind of option is read; kinds without a reader are taken as they stand."""
