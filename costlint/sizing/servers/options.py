"""What the options of a server say: flags, variables and configuration files → fields, with where each is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from costlint.model import UNKNOWN, Path, Unknown
from costlint.sizing.servers.programs import Flag, Program, program
from costlint.sizing.servers.shell import commands
from costlint.sizing.servers.words import HOLE, NO_VARIABLES, Variables, Word, settled, written_text

ReadFile = Callable[[str], "Mapping[str, object] | None"]
_COUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgGtT]i?)?[bB]?")
_SIZES = {"k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
_POWERS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_QUANTISED = re.compile(r"(?i)(?<![a-z0-9])((?:i?q\d|tq\d)(?:_[a-z0-9]+)*|bf16|f16|f32|mxfp4)(?=[.-]|$)")
_PROFILE_PART = re.compile(r"(tp|pp)(\d+)")
_SIZE_IN_NAME = re.compile(r"(?i)(?:^|[-_.])\d+(?:\.\d+)?[bm](?=$|[-_.])")
_PRECISIONS = frozenset(("bf16", "fp16", "fp32"))


class Value(NamedTuple):
    """What a field is said to be, and where."""

    value: object
    path: Path


def counted(value: object, path: Path) -> Value:
    """A number of things as it is written ("2" is 2); Unknown for what is no whole number."""
    text = value.strip() if isinstance(value, str) else value
    number = int(text) if isinstance(text, str) and text.isdigit() else text
    return Value(number if isinstance(number, int) and not isinstance(number, bool) else UNKNOWN, path)


class Said:
    """What has been said of a server so far. The first to speak counts: callers go from strong to weak."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.open = False
        """Something that cannot be read may say more."""

    def say(self, field: str, value: object, path: Path) -> None:
        if field and field not in self.values:
            self.values[field] = Value(value, path)

    def merge(self, weaker: Said) -> None:
        """Add what another says where nothing has been said."""
        for field, (value, path) in weaker.values.items():
            self.say(field, value, path)
        self.open = self.open or weaker.open


def of_arguments(words: Sequence[Word], found: Program, *, positional: bool, read_file: ReadFile | None = None) -> Said:
    """What the arguments of a program say. `positional`: the model may stand without a flag.

    Of a flag that is given twice the last counts, as in the programs themselves. What is not known is taken to be the
    value of the flag before it, if there is one, else for any options.
    """
    said, files = Said(), []
    latest: dict[str, Value] = {}
    doubtful: list[Word] = []
    index, straight = 0, True
    while index < len(words):
        word = words[index]
        index += 1
        if word.text == HOLE and straight:
            said.open = True  # whatever it stands for may be options
            continue
        if not word.text.startswith("-") or len(word.text) < 2:
            if not positional or "model" in latest:
                continue
            if straight:
                latest["model"] = Value(model_in(word.text), word.path)
            else:
                doubtful.append(word)
            continue
        name, equals, value = word.text.partition("=")
        negated = name.startswith("--no-")
        flag = found.flag(f"--{name[5:]}" if negated else name)
        if flag is None:
            said.open = said.open or HOLE in name
            straight = bool(equals)
            continue
        straight = True
        path, given = word.path, value
        if not equals and flag.kind not in ("switch", "off"):
            if index >= len(words):
                given = HOLE
            else:
                given, path = words[index].text, words[index].path
                index += 1
            if flag.kind in ("pairs", "first"):
                more = [given]
                while index < len(words) and not words[index].text.startswith("-"):
                    more.append(words[index].text)
                    index += 1
                given = more[0] if flag.kind == "first" else "\n".join(more)
        elif not equals and index < len(words) and words[index].text.lower() in ("true", "false"):
            given, path = words[index].text, words[index].path
            index += 1
        if flag.kind == "config":
            files.append(given)
        for field, value_ in _read(flag, "false" if negated and not equals else given or "true"):
            latest[field] = Value(value_, path)
    if doubtful and "model" not in latest:
        latest["model"] = Value(UNKNOWN, doubtful[0].path)
    said.values.update(latest)
    for name in files:
        content = read_file(name) if read_file is not None and HOLE not in name else None
        if content is None:
            said.open = True
        else:
            said.merge(of_settings(content, found))
    return said


def of_variables(variables: Variables, found: Program) -> Said:
    """What the environment says."""
    said = Said()
    for name, flag in found.variables.items():
        text = variables.text(name)
        if text is None or (text == "" and flag.kind != "arguments"):
            continue
        variable = variables.values.get(name)
        path = variable.path if variable is not None else ()
        if flag.kind == "arguments":
            said.open = said.open or HOLE in text.split()
            for command in commands(f"serve {text}", NO_VARIABLES, path)[:1]:
                said.merge(of_arguments(command.words[1:], program("vllm"), positional=False))
            continue
        for field, value in _read(flag, text):
            said.say(field, value, path)
    return said


def of_settings(settings: Mapping[str, object], found: Program) -> Said:
    """What a configuration file or a mapping of engine arguments says (`max-model-len: 8192`, `max_model_len: 8192`);
    the values have no place of their own."""
    said = Said()
    for name, value in settings.items():
        text = str(name).lstrip("-")
        flag = found.flag(f"--{text.replace('_', '-')}") or found.variables.get(text)
        if flag is None:
            continue
        if isinstance(value, dict):
            given = json.dumps(value)
        elif isinstance(value, list):
            given = "\n".join(map(written_text, value))
        else:
            given = written_text(value)
        for field, value_ in _read(flag, given):
            said.say(field, value_, ())
    return said


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


def _read(flag: Flag, text: str) -> Iterable[tuple[str, object]]:
    if flag.kind == "profile":
        return _profile(text)
    if flag.kind == "config" or not flag.field:
        return ()
    if flag.kind == "gguf":
        value = settled(text)
        return ((flag.field, value if isinstance(value, Unknown) else quantisation_named(value)),)
    reader = _READERS.get(flag.kind.partition(":")[0])
    value = settled(text) if flag.field != "model" else model_in(text)
    if flag.kind == "json:model":
        value = text if HOLE not in text else UNKNOWN
    return ((flag.field, value if isinstance(value, Unknown) or reader is None else reader(value)),)


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


_READERS: Mapping[str, Callable[[str], object]] = {
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
