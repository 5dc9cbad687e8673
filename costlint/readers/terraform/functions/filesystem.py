"""Files: file*, fileexists, fileset, templatefile, templatestring, and paths.

Only files inside the scanned tree are read, through FunctionContext; what depends on the machine is unknown.
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Mapping

from costlint.model import UNKNOWN, Unknown, unknown_from
from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.calling import AbsentFile, ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.functions.context import FileMissing, FunctionContext
from costlint.readers.terraform.functions.hashing import DIGESTS
from costlint.readers.terraform.types.converting import convert, make_set
from costlint.readers.terraform.types.kinds import STRING

_PATH = Parameter("path", STRING)
_IDENTIFIER = re.compile(r"[^\W\d][\w-]*")


@function(_PATH, contextual=True)
def file(context: FunctionContext, path: str) -> object:
    data = _bytes(context, path)
    return data if isinstance(data, Unknown) else _text(path, data)


@function(_PATH, contextual=True)
def filebase64(context: FunctionContext, path: str) -> object:
    data = _bytes(context, path)
    return data if isinstance(data, Unknown) else base64.b64encode(data).decode()


@function(_PATH, contextual=True)
def fileexists(context: FunctionContext, path: str) -> object:
    return context.is_file(path)


@function(_PATH, Parameter("pattern", STRING), contextual=True)
def fileset(context: FunctionContext, path: str, pattern: str) -> object:
    from costlint.readers.terraform.functions.globbing import matching

    whole = posixpath.normpath(pattern.lstrip("/") or ".")
    files = context.files(path)
    if isinstance(files, Unknown) or whole == ".." or whole.startswith("../"):
        return UNKNOWN
    return make_set(matching(whole, files))


@function(_PATH, Parameter("vars"), contextual=True, unknowns="anywhere")
def templatefile(context: FunctionContext, path: object, variables: object) -> object:
    if isinstance(path, Unknown) or isinstance(variables, Unknown):
        return unknown_from([path, variables])
    data = _bytes(context, str(path))
    return data if isinstance(data, Unknown) else _render(context, _text(str(path), data), variables)


@function(Parameter("template", STRING), Parameter("vars"), contextual=True, unknowns="anywhere")
def templatestring(context: FunctionContext, template: object, variables: object) -> object:
    if isinstance(template, Unknown) or isinstance(variables, Unknown):
        return unknown_from([template, variables])
    return convert(_render(context, str(template), variables), STRING)


@function(_PATH, linked=True)
def basename(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path.startswith("/") else ".")


@function(_PATH, linked=True)
def dirname(path: str) -> str:
    folder = posixpath.normpath(posixpath.dirname(path) or ".")
    return "/" if folder == "//" else folder


@function(_PATH)
def abspath(path: str) -> object:
    return posixpath.normpath(path) if path.startswith("/") else UNKNOWN


@function(_PATH)
def pathexpand(path: str) -> object:
    return UNKNOWN if path.startswith("~") else path


def _declare_digests() -> None:
    for algorithm in DIGESTS:
        _declare_digest(f"file{algorithm}", algorithm, as_hex=True)
    for algorithm in ("sha256", "sha512"):
        _declare_digest(f"filebase64{algorithm}", algorithm, as_hex=False)


def _declare_digest(name: str, algorithm: str, as_hex: bool) -> None:
    @function(_PATH, name=name, contextual=True)
    def digest_of_file(context: FunctionContext, path: str) -> object:
        data = _bytes(context, path)
        if isinstance(data, Unknown):
            return data
        digest = DIGESTS[algorithm](data)
        return digest.hex() if as_hex else base64.b64encode(digest).decode()


_declare_digests()


def _bytes(context: FunctionContext, path: str) -> bytes | Unknown:
    try:
        return context.read_file(path)
    except FileMissing:
        raise AbsentFile(
            0,
            f'no file exists at "{path}"; this function works only with files that are distributed as part of the '
            "configuration",
        ) from None


def _text(path: str, data: bytes) -> str:
    try:
        return unicode.nfc(data.decode())
    except UnicodeDecodeError:
        raise CallError(f'contents of "{path}" are not valid UTF-8; use filebase64 or a hash of the file') from None


def _render(context: FunctionContext, text: str, variables: object) -> object:
    if not isinstance(variables, Mapping):
        raise ArgumentError(1, "invalid vars value: must be a map")
    for name in variables:
        if not _IDENTIFIER.fullmatch(name):
            raise ArgumentError(
                1,
                f'invalid template variable name "{name}": must start with a letter, followed by zero or more '
                "letters, digits, and underscores",
            )
    return unknown_from([variables]) if context.render is None else context.render(text, variables)
