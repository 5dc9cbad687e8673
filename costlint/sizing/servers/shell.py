"""What a shell script runs: its simple commands with their words, as far as they can be told without running it.

The grammar is that of POSIX sh (Shell Command Language, IEEE Std 1003.1). Branches are all followed, functions and
loops are read once; command substitutions and variables that nothing sets are holes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from costlint.model import Path
from costlint.numerals import whole_number
from costlint.sizing.servers.words import HOLE, Variable, Variables, Word

_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=(.*)", re.DOTALL)
_BLANK = re.compile(r"<[A-Za-z][\w./-]*>(?=\s|$)")
_HEREDOC = re.compile(r"<<(-?)[ \t]*(['\"]?)([\w.]+)\2")
_SUBSTITUTED = re.compile(r"\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`")
_OPENING = frozenset(("if", "while", "until"))
_CLOSING = frozenset(("fi", "done", "esac"))
_KEYWORDS = _OPENING | _CLOSING | {"then", "elif", "else", "do", "!", "{", "}", "time", "exec"}
_DECLARING = frozenset(("export", "declare", "local", "readonly", "typeset"))
_ENDS = ";&|\n()"
_LONGEST = 200_000
_MOST_COMMANDS = 2_000


class Command(NamedTuple):
    """A simple command: its words, the variables that are set where it runs, and the files the script has written by
    then (`cat > config.yaml <<EOF`)."""

    words: tuple[Word, ...]
    variables: Variables
    files: Mapping[str, str]


def commands(script: str, variables: Variables, path: Path = (), arguments: Sequence[Word] = ()) -> list[Command]:
    """The simple commands of a script, in order. `arguments` are its `$1`, `$2`, …"""
    return list(_Script(script[:_LONGEST], variables, path, arguments).commands())


class _Script:
    def __init__(self, text: str, variables: Variables, path: Path, arguments: Sequence[Word]) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.path = path
        self.arguments = arguments
        self.values = dict(variables.values)
        self.open = variables.open
        self.heredocs: list[tuple[str, bool, bool]] = []
        self.bodies: list[str] = []
        self.target = ""
        self.files: dict[str, str] = {}
        self.depth = 0

    def commands(self) -> Iterator[Command]:
        for _ in range(_MOST_COMMANDS):
            self.bodies, self.target = [], ""
            found = self._meant(list(self._simple()))
            if found:
                self._note_files(found)
                yield Command(tuple(found), Variables(dict(self.values), self.open), dict(self.files))
            if self.at >= len(self.text):
                return

    def _meant(self, words: list[Word]) -> list[Word]:
        """The words of a command without keywords and assignments; assignments take effect."""
        while words and (words[0].text in _KEYWORDS):
            self.depth += (words[0].text in _OPENING) - (words[0].text in _CLOSING)
            words = words[1:]
        if words and words[-1].text == "()":
            return []
        declares = bool(words) and words[0].text in _DECLARING
        own: dict[str, Variable] = {}
        index = 1 if declares else 0
        for word in words[index:]:
            match = _ASSIGNMENT.fullmatch(word.text)
            if match is not None:
                name, more, value = match.groups()
                own[name] = Variable((self._value(name) if more else "") + value, word.path)
            elif not declares:
                break
            index += 1
        rest = words[index:]
        if not rest:
            self._assign(own)
        elif rest[0].text in ("for", "select", "case"):
            self.depth += 1
            if len(rest) > 1 and rest[0].text != "case":
                self.values[rest[1].text] = Variable(HOLE)
        elif rest[0].text in ("read", "source", ".", "eval"):
            self.open = True
        elif rest[0].text == "set" and len(rest) > 1 and rest[1].text == "--":
            self.arguments = rest[2:]
        return rest

    def _note_files(self, words: list[Word]) -> None:
        if words[0].text == "cat" and len(words) == 1 and self.target and self.bodies:
            self.files[self.target] = self.bodies[0]
        elif words[0].text in ("sed", "envsubst", "mv", "rm", "yq"):
            for word in words[1:]:
                self.files.pop(word.text, None)
        elif self.target:
            self.files.pop(self.target, None)

    def _assign(self, variables: dict[str, Variable]) -> None:
        """Variables are set; in a branch, perhaps."""
        for name, variable in variables.items():
            known = self.values.get(name)
            certain = self.depth <= 0 or (known is not None and known.text == variable.text)
            self.values[name] = variable if certain else Variable(HOLE, variable.path)

    def _simple(self) -> Iterator[Word]:
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "\\" and text[self.at + 1 : self.at + 2] == "\n":
                self.at += 2
            elif char in " \t":
                self.at += 1
            elif char == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            elif char == "\n":
                self.at += 1
                self._skip_heredocs()
                return
            elif char in _ENDS:
                self.at += 1
                if char == "(" and text[self.at : self.at + 1] == ")":
                    yield Word("()")
                return
            elif char == "<" and (blank := _BLANK.match(text, self.at)) is not None:
                self.at = blank.end()
                yield Word(HOLE, self.path)
            elif char in "<>":
                self._redirect()
            else:
                word = self._word()
                match = re.fullmatch(r"\d", word.text)
                if match and text[self.at : self.at + 1] in ("<", ">"):
                    continue
                yield from self._split(word)

    def _redirect(self) -> None:
        match = _HEREDOC.match(self.text, self.at)
        if match is not None:
            self.heredocs.append((match[3], bool(match[1]), not match[2]))
            self.at = match.end()
            return
        while self.text[self.at : self.at + 1] in ("<", ">", "&", "|"):
            self.at += 1
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        if self.text[self.at : self.at + 1] not in ("", "\n", "(", ")", ";"):
            word = self._word()
            if word.text.startswith(("/", "./")) or "." in word.text:
                self.target = word.text

    def _skip_heredocs(self) -> None:
        for end, tabs, expands in self.heredocs:
            lines = self.text[self.at :].split("\n")
            body: list[str] = []
            for line in lines:
                self.at += len(line) + 1
                if line.strip() == end:
                    break
                body.append(line.lstrip("\t") if tabs else line)
            text = "\n".join(body)
            self.bodies.append(_SUBSTITUTED.sub(self._substituted, text) if expands else text)
        self.heredocs.clear()

    def _substituted(self, match: re.Match[str]) -> str:
        return self._value(match[1] or match[2]) if match[1] or match[2] else HOLE

    def _split(self, word: Word) -> Iterator[Word]:
        """A word as it is after field splitting: `loose` marks those with unquoted expansions."""
        if word.text in ("$@", "$*"):
            yield from self.arguments
        elif not word.loose:
            yield word
        else:
            yield from (Word(part, word.path, HOLE in part and part == HOLE) for part in word.text.split())

    def _word(self) -> Word:
        parts: list[str] = []
        loose = False
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char in " \t" or char in _ENDS or char in "<>":
                break
            if char == "\\":
                if text[self.at + 1 : self.at + 2] != "\n":
                    parts.append(text[self.at + 1 : self.at + 2])
                self.at += 2
            elif char == "'":
                end = text.find("'", self.at + 1)
                end = len(text) if end < 0 else end
                parts.append(text[self.at + 1 : end])
                self.at = end + 1
            elif char == '"':
                parts.append(self._quoted())
            elif char in "$`":
                value = self._expansion()
                if value == "$@" and not parts:
                    return Word("$@", self.path)
                loose = loose or not value or HOLE in value or any(c.isspace() for c in value)
                parts.append(value)
            else:
                parts.append(char)
                self.at += 1
        return Word("".join(parts), self.path, loose)

    def _quoted(self) -> str:
        self.at += 1
        parts: list[str] = []
        text = self.text
        while self.at < len(text) and text[self.at] != '"':
            char = text[self.at]
            if char == "\\" and text[self.at + 1 : self.at + 2] in ('"', "\\", "$", "`", "\n"):
                parts.append(text[self.at + 1].replace("\n", ""))
                self.at += 2
            elif char in "$`":
                parts.append(self._expansion())
            else:
                parts.append(char)
                self.at += 1
        self.at += 1
        return "".join(parts)

    def _expansion(self) -> str:
        text = self.text
        if text[self.at] == "`":
            end = text.find("`", self.at + 1)
            self.at = len(text) if end < 0 else end + 1
            return HOLE
        following = text[self.at + 1 : self.at + 2]
        if following == "(":
            self._skip_brackets("(", ")")
            return HOLE
        if following == "{":
            start = self.at + 2
            self._skip_brackets("{", "}")
            return self._parameter(text[start : self.at - 1])
        if following in ("@", "*"):
            self.at += 2
            return "$@"
        if following.isdigit() or following in ("?", "#", "$", "!", "-"):
            self.at += 2
            return self._positional(following)
        match = _NAME.match(text, self.at + 1)
        if match is None:
            self.at += 1
            return "$"
        self.at = match.end()
        return self._value(match[0])

    def _parameter(self, inner: str) -> str:
        match = re.fullmatch(r"(@|\*|\d+|[A-Za-z_]\w*)(?:(:?[-=+?])(.*))?", inner, re.DOTALL)
        if match is None:
            return HOLE
        name, operator, default = match.groups()
        if name in ("@", "*"):
            return "$@"
        value = self._positional(name) if name.isdigit() else self._value(name)
        if operator is None or operator.endswith("?"):
            return value
        unset = name not in self.values and not name.isdigit() and not self.open
        if operator.endswith("+"):
            return "" if unset else HOLE
        if unset or (value == "" and operator.startswith(":")):
            inner_script = _Script(default, Variables(self.values, self.open), self.path, self.arguments)
            return " ".join(word.text for word in inner_script._simple())
        return value

    def _positional(self, name: str) -> str:
        number = whole_number(name)
        if number is not None and 0 < number <= len(self.arguments):
            return self.arguments[number - 1].text
        return HOLE

    def _value(self, name: str) -> str:
        found = self.values.get(name)
        return HOLE if found is None else found.text

    def _skip_brackets(self, opening: str, closing: str) -> None:
        depth = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\":
                self.at += 1
            elif char == opening:
                depth += 1
            elif char == closing:
                depth -= 1
                if depth == 0:
                    self.at += 1
                    return
            self.at += 1
