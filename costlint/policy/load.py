"""Rules from where they live: the index built into the package, a checkout's `rules/`, and folders named in config."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from costlint.policy.compiling import compile_all
from costlint.policy.documents import RuleError, place_error, read_rule, read_rule_file
from costlint.policy.reading import PatternError
from costlint.policy.ruleset import RuleSet, Source, source_of
from costlint.policy.schema import RuleFile

_PACKAGE = Path(__file__).parent.parent
INDEX = _PACKAGE / "_rules" / "index.msgpack"
CHECKOUT = _PACKAGE.parent / "rules"
KEPT = Path(__file__).parent / "__pycache__" / "rules.msgpack"

_MOST_FILES = 2_000


def load_rules(extra: Sequence[Path] = ()) -> RuleSet:
    """The shipped rules and those in the given files or folders. Raises RuleError for a rule that cannot be used."""
    if not extra:
        return _shipped_set()
    return RuleSet([*shipped(), *(source for path in extra for source in read_rules(path))])


@lru_cache(maxsize=1)
def _shipped_set() -> RuleSet:
    return RuleSet(shipped())


def shipped() -> tuple[Source, ...]:
    """The rules that come with costlint: from the built index, else from the checkout's files."""
    if INDEX.is_file():
        return tuple(msgspec.msgpack.decode(INDEX.read_bytes(), type=list[Source]))
    if CHECKOUT.is_dir():
        from costlint.policy.kept import kept

        return kept(_files(CHECKOUT), KEPT, _of_checkout)
    raise RuleError("the shipped rules are missing: reinstall costlint")


def _of_checkout(files: Iterable[Path]) -> tuple[Source, ...]:
    return tuple(source_of(path.relative_to(CHECKOUT.parent).as_posix(), read_rule_file(path)) for path in files)


def read_rules(path: Path) -> list[Source]:
    """Every rule in a file or folder, compiled once to find its mistakes. Raises RuleError."""
    if not path.exists():
        raise RuleError("there are no rules: no such file or folder", path.as_posix())
    found = []
    for file in _files(path) if path.is_dir() else [path]:
        rule = read_rule_file(file)
        try:
            compile_all(rule)
        except PatternError as error:
            raise place_error(error, file.read_text(encoding="utf-8"), file.as_posix()) from None
        found.append(source_of(file.as_posix(), rule))
    return found


def index(sources: Iterable[Source]) -> bytes:
    """The compiled index of rules, read back by `shipped`."""
    return msgspec.msgpack.encode(list(sources))


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for directory, _, names in os.walk(folder):
        paths = (Path(directory, name) for name in names if name.endswith((".yaml", ".yml")))
        found += [path for path in paths if not path.is_symlink()]
        if len(found) > _MOST_FILES:
            raise RuleError(f"more than {_MOST_FILES} rule files", folder.as_posix())
    return sorted(found)


__all__ = ["CHECKOUT", "INDEX", "RuleFile", "index", "load_rules", "read_rule", "read_rules", "shipped"]
