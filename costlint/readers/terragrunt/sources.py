"""`terraform { source }`: which module a unit deploys, as a module call the rest of costlint can resolve."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple
from urllib.parse import parse_qs

from costlint.model import Unknown
from costlint.readers.terraform.sourcing.addresses import is_local, parse_address
from costlint.readers.terraform.sourcing.resolving import Call
from costlint.readers.terraform.syntax.ast import Attribute, Expr
from costlint.readers.terragrunt.configs import Config
from costlint.readers.terragrunt.tree import ROOT, inside

_REGISTRY = re.compile(r"tfr://(?P<host>[^/]*)/(?P<module>[^?]+)(?:\?(?P<query>.*))?")


class Source(NamedTuple):
    """Where a source is written, and what it is: "" if that is not known before deployment."""

    config: Config
    attribute: Attribute
    text: str


def source_of(config: Config) -> Source | None:
    """The source of a unit: its own, else that of an included file; None if there is none."""
    for owner, block in config.merged_blocks("terraform"):
        attribute = block.body.attributes.get("source")
        value = owner.value(attribute)
        if attribute is not None and value not in (None, ""):
            return Source(owner, attribute, _text(value) or _at_hand(owner, attribute.expr))
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) and not isinstance(value, Unknown) else ""


def _at_hand(config: Config, expr: Expr) -> str:
    """The local one of two ways to the same module, where which it is cannot be known: `prod ? "git::…//app" :
    "../app"` is how a released module is tried out. "" if there are not two, or they lead to different modules."""
    if expr[0] == "tmpl" and len(expr[3]) == 1:
        expr = expr[3][0]
    if expr[0] != "cond":
        return ""
    for branch, other in ((expr[4], expr[5]), (expr[5], expr[4])):
        text = _text(config.reading.value(branch, config.scope)).partition("?")[0]
        written = config.file.text(other[1], other[2])
        if is_local(text) and re.search(rf"[/:]{re.escape(posixpath.basename(text))}(?![\w-])", written):
            return text
    return ""


def call_of(config: Config, text: str) -> Call:
    """The module call a source stands for, made from the directory of the unit."""
    source, version = _addressed(config, text)
    name = posixpath.basename(config.directory)
    return Call(source, version, config.directory, (name,) if name else (), config.directory)


def _addressed(config: Config, text: str) -> tuple[str, str]:
    registry = _REGISTRY.fullmatch(text)
    if registry is not None:
        versions = parse_qs(registry["query"] or "").get("version", [""])
        host = f"{registry['host']}/" if registry["host"] else ""
        return host + registry["module"], versions[0]
    text = text.removeprefix("file://")
    if is_local(text.removeprefix("git::")):
        # The repository the unit lies in, at another commit perhaps: what is at hand is read.
        text = text.removeprefix("git::").partition("?")[0]
    if text.startswith(f"{ROOT}/") or text == ROOT or _is_directory(config, text):
        return _relative(config, text), ""
    return text, ""


def _is_directory(config: Config, text: str) -> bool:
    """True for a path of this tree; unlike Terraform, Terragrunt does not ask for a leading dot."""
    if not is_local(text) and parse_address(text).kind not in ("other", "registry"):
        return False
    path = inside(text.partition("?")[0], config.directory)
    return path is not None and config.tree.is_directory(path)


def _relative(config: Config, text: str) -> str:
    """A path within the tree as seen from the unit."""
    path = inside(text.partition("?")[0], config.directory)
    if path is None:
        return text
    relative = posixpath.relpath(config.tree.real(path) or ".", config.directory or ".")
    return relative if is_local(relative) else f"./{relative}"
