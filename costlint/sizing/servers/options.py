"""What the options of a server say: flags, variables and configuration files → fields, with where each is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from costlint.model import UNKNOWN, Path, fully_known
from costlint.numerals import whole_number
from costlint.sizing.servers.meanings import meaning, model_in
from costlint.sizing.servers.programs import Program, program
from costlint.sizing.servers.shell import commands
from costlint.sizing.servers.words import HOLE, NO_VARIABLES, Variables, Word, written_text

ReadFile = Callable[[str], "Mapping[str, object] | None"]


class Value(NamedTuple):
    """What a field is said to be, and where."""

    value: object
    path: Path


def counted(value: object, path: Path) -> Value:
    """A number of things as it is written ("2" is 2); Unknown for what is no whole number."""
    text = value.strip() if isinstance(value, str) else value
    number = whole_number(text) if isinstance(text, str) else text
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
        for field, value_ in meaning(flag, "false" if negated and not equals else given or "true"):
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
        for field, value in meaning(flag, text):
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
            given = json.dumps(value) if fully_known(value) else HOLE
        elif isinstance(value, list):
            given = "\n".join(map(written_text, value))
        else:
            given = written_text(value)
        for field, value_ in meaning(flag, given):
            said.say(field, value_, ())
    return said
