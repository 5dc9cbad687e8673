"""Which servers a container starts: its command and arguments, scripts followed, down to the server's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from costlint.model import PartialList, Path, Unknown
from costlint.sizing.servers.programs import Entrypoint, entrypoint
from costlint.sizing.servers.shell import Command, commands
from costlint.sizing.servers.words import HOLE, Variables, Word, expanded, written_text

ReadText = Callable[[str], "str | None"]
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh"))
_STARTERS = frozenset(("tini", "dumb-init", "exec", "nohup", "env", "time", "nice", "stdbuf"))
_MOST_DEPTH = 4


class Launch(NamedTuple):
    """A server that is started: how, the words after that, and the variables and new files it sees."""

    entrypoint: Entrypoint
    words: tuple[Word, ...]
    variables: Variables
    files: Mapping[str, str]


class Started(NamedTuple):
    """What a container starts. `opaque`: it runs something that cannot be read, which may start a server. `others` are
    the simple commands that start none."""

    launches: tuple[Launch, ...]
    opaque: bool
    others: tuple[tuple[Word, ...], ...]


def words_of(container: Mapping[str, object], name: str, path: Path, variables: Variables) -> list[Word]:
    """The words of `command` or `args`, with variables as Kubernetes expands them."""
    value = container.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        return [Word(expanded(written_text(value), variables), (*path, name))]
    if isinstance(value, Unknown) or not isinstance(value, list):
        return [Word(HOLE, (*path, name), loose=True)]
    words = []
    for index, item in enumerate(value):
        words.append(Word(expanded(written_text(item), variables), (*path, name, index)))
    if isinstance(value, PartialList):
        words.append(Word(HOLE, (*path, name), loose=True))
    return words


def started(words: Sequence[Word], variables: Variables, read: ReadText) -> Started:
    """What a command line starts. `read` gives the text of a script, None if it is not here."""
    launches: list[Launch] = []
    others: list[tuple[Word, ...]] = []
    opaque = False
    for found in _followed(Command(tuple(words), variables, {}), read, 0):
        if isinstance(found, Launch):
            launches.append(found)
        elif found is None:
            opaque = True
        else:
            others.append(found)
    return Started(tuple(launches), opaque, tuple(others))


_Found: TypeAlias = Launch | tuple[Word, ...] | None


def _followed(command: Command, read: ReadText, depth: int) -> Iterator[_Found]:
    words, variables, files = command
    while words and words[0].text.rsplit("/", 1)[-1] in _STARTERS:
        words = words[1:]
        while words and (words[0].text.startswith("-") or "=" in words[0].text):
            words = words[1:]
    if not words:
        return
    texts = [word.text for word in words]
    found = entrypoint(texts)
    if found is not None:
        start, taken = found
        yield Launch(start, words[taken:], variables, files)
        return
    if depth >= _MOST_DEPTH or words[0].text == HOLE:
        yield None
        return
    program = texts[0].rsplit("/", 1)[-1]
    if program in _SHELLS:
        yield from _shell(words, variables, read, depth)
        return
    text = files.get(texts[0])
    if text is None and ("/" in texts[0] or program.endswith(".sh")):
        text = read(texts[0])
    if text is not None:
        yield from _script(text, (), words[1:], variables, read, depth)
    elif HOLE in texts[0] or program.endswith((".sh", ".py")) or _is_python_file(texts):
        yield None
    else:
        yield words


def _shell(words: tuple[Word, ...], variables: Variables, read: ReadText, depth: int) -> Iterator[_Found]:
    index, inline = 1, False
    while index < len(words) and words[index].text.startswith("-"):
        option = words[index].text
        inline = inline or (not option.startswith("--") and "c" in option)
        index += 2 if option.endswith("o") and not option.startswith("--") else 1
    if index >= len(words):
        return
    if inline:
        script = words[index]
        yield from _script(script.text, script.path, words[index + 2 :], variables, read, depth)
        return
    text = read(words[index].text)
    if text is None:
        yield None
    else:
        yield from _script(text, (), words[index + 1 :], variables, read, depth)


def _script(
    text: str, path: Path, arguments: Sequence[Word], variables: Variables, read: ReadText, depth: int
) -> Iterator[_Found]:
    if text == HOLE:
        yield None
        return
    for command in commands(text, variables, path, arguments):
        yield from _followed(command, read, depth + 1)


def _is_python_file(texts: Sequence[str]) -> bool:
    return texts[0].rsplit("/", 1)[-1].startswith("python") and any(one.endswith(".py") for one in texts[1:4])
