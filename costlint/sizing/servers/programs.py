"""What is known of model servers: images, programs, flags, variables and defaults, as tables with their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from costlint.catalog.tables import DATA, records

_FOLDER = DATA / "servers"
_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?)?")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)")


class Flag(NamedTuple):
    """A flag or variable: the field of a server it says ("" if none), and how its value is read."""

    name: str
    field: str
    kind: str


class Program(NamedTuple):
    """A kind of server costlint reads the options of. `engine` is what the server is described as ("" if its options
    say); `verbs` are the words its arguments may begin with."""

    name: str
    engine: str
    flags: Mapping[str, Flag]
    variables: Mapping[str, Flag]
    abbreviates: bool
    verbs: tuple[str, ...] = ()

    def flag(self, text: str) -> Flag | None:
        """The flag written so; `--max_model_len` and what Python's argparse takes for an abbreviation count."""
        found = self.flags.get(text)
        if found is not None or not text.startswith("--"):
            return found
        text = text.replace("_", "-")
        found = self.flags.get(text)
        if found is None and self.abbreviates and len(text) > _SHORTEST:
            longer = {one.name: one for name, one in self.flags.items() if name.startswith(text)}
            found = next(iter(longer.values())) if len(longer) == 1 else None
        return found


_SHORTEST = len("--max-model")


class Entrypoint(NamedTuple):
    """How a server is started: the words its command begins with, and whether the model may follow them."""

    program: str
    words: tuple[str, ...]
    positional: bool


def program(name: str) -> Program:
    """The program of a name in the tables. KeyError for others."""
    return _programs()[name]


def program_of_image(repository: str) -> Program | None:
    """The server an image holds by its name, without tag and digest; None if it holds none that is known."""
    for pattern, name in _images():
        if pattern.search(repository):
            return _programs()[name] if name else None
    return None


def is_published_image(repository: str) -> bool:
    """Whether an image is one its engine's makers or a vendor document, and not only named after the engine."""
    for row in records(_FOLDER / "images.csv"):
        if re.search(row["pattern"], repository):
            return row["source"].startswith("https://")
    return False


def is_no_server(repository: str) -> bool:
    """Whether an image is named after what stands beside servers: routers, clients, simulators."""
    return any(not name and pattern.search(repository) for pattern, name in _images())


def entrypoint(words: Sequence[str]) -> tuple[Entrypoint, int] | None:
    """The server a command starts and how many of its words that takes; None if it starts none. What runs another
    command (`exec`, `env`, `numactl`, `mpirun`, `uv run`) may stand before it."""
    if not words or words[0] in _NOT_RUNNING:
        return None
    for start, word in enumerate(words[:_FURTHEST]):
        for one in _entrypoints().get(_basename(word), ()):
            rest = _without_options(words, start) if one.words[0] == "python" else start + 1
            tail = one.words[1:]
            if one.words[0].startswith("/") and word != one.words[0]:
                continue
            if tuple(words[rest : rest + len(tail)]) == tail:
                return one, rest + len(tail)
    return None


def program_of_options(flags: Iterable[str]) -> Program | None:
    """The server whose flags these must be, where the image is yet to be filled in; None if that cannot be told."""
    given = {flag.partition("=")[0].replace("_", "-") for flag in flags}
    return next((_programs()[name] for name, telling in _telltales() if telling <= given), None)


def version_of(tag: object) -> tuple[int, ...] | None:
    """The version in an image's tag (`v0.8.5.post1` is 0.8.5), None if it names none (`latest`)."""
    match = _VERSION.match(tag) if isinstance(tag, str) else None
    return tuple(map(int, match[1].split("."))) if match is not None and "." in match[1] else None


def engine_default(engine: str, field: str, tag: object = None) -> str | None:
    """What holds for a field if nothing says otherwise, as text; None if it depends on more than the version. A tag
    that names no version is taken for the newest."""
    version = version_of(tag)
    for row in _defaults().get((engine, field), ()):
        since, until = version_of(row["since"]) or (), version_of(row["until"])
        if (version is None and until is None) or (
            version is not None and since <= version and (until is None or version < until)
        ):
            return row["value"]
    return None


_FURTHEST = 40
_NOT_RUNNING = frozenset(
    ("echo", "printf", "grep", "pgrep", "pkill", "killall", "curl", "wget", "pip", "pip3", "which", "command", "test")
) | frozenset(("[", "[[", "cat", "apt", "apt-get", "git", "sed", "awk", "tail", "ls", "cp", "mv", "for", "case"))


def _basename(word: str) -> str:
    name = word.rsplit("/", 1)[-1]
    return "python" if _PYTHON.fullmatch(name) else name


def _without_options(words: Sequence[str], start: int) -> int:
    index = start + 1
    while index < len(words) and words[index].startswith("-") and words[index] != "-m":
        index += 2 if words[index] in ("-W", "-X") else 1
    return index


@cache
def _programs() -> Mapping[str, Program]:
    flags: dict[str, dict[str, Flag]] = {}
    variables: dict[str, dict[str, Flag]] = {}
    for row in records(_FOLDER / "flags.csv"):
        found = Flag(row["flag"].removeprefix("$"), row["field"], row["kind"])
        if row["flag"].startswith("$"):
            variables.setdefault(row["name"], {})[found.name] = found
        else:
            flags.setdefault(row["name"], {}).update(dict.fromkeys((found.name, *row["aliases"].split()), found))
    programs = {}
    for row in records(_FOLDER / "engines.csv"):
        name, taken = row["name"], row["takes"]
        programs[name] = Program(
            name,
            row["engine"],
            {**flags.get(taken, {}), **flags.get(name, {})},
            {**variables.get(taken, {}), **variables.get(name, {})},
            row["abbreviates"] == "y",
            tuple(row["verbs"].split()),
        )
    return programs


@cache
def _images() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), row["name"]) for row in records(_FOLDER / "images.csv"))


@cache
def _telltales() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((row["name"], frozenset(row["flags"].split())) for row in records(_FOLDER / "telltales.csv"))


@cache
def _entrypoints() -> Mapping[str, tuple[Entrypoint, ...]]:
    found: dict[str, tuple[Entrypoint, ...]] = {}
    for row in records(_FOLDER / "entrypoints.csv"):
        words = tuple(row["words"].split())
        key = _basename(words[0])
        found[key] = (*found.get(key, ()), Entrypoint(row["name"], words, row["positional"] == "y"))
    return found


@cache
def _defaults() -> Mapping[tuple[str, str], tuple[dict[str, str], ...]]:
    found: dict[tuple[str, str], tuple[dict[str, str], ...]] = {}
    for row in records(_FOLDER / "defaults.csv"):
        key = (row["engine"], row["field"])
        found[key] = (*found.get(key, ()), row)
    return found
