"""What a rule tests more than once, written once: `$name` in a pattern stands for what `names:` says."""

from __future__ import annotations

import re
from typing import Any

from costlint.model import Path
from costlint.policy.reading import PatternError
from costlint.spelling import did_you_mean

_USE = re.compile(r"\$([a-z][a-z0-9_]*)")
_PATTERNS = ("when", "match")


def spelled_out(rule: dict[str, Any]) -> dict[str, Any]:
    """The document of a rule with every `$name` in its patterns replaced. Raises PatternError for a name that is not
    given, and for one nothing asks for."""
    names = rule.get("names")
    spelling = _Spelling(names if isinstance(names, dict) else {})
    spelt = {key: spelling.sections(key, value) for key, value in rule.items()}
    for name in spelling.names:
        if name not in spelling.asked:
            raise PatternError(f'nothing asks for "${name}"', ("names", name))
    return spelt


class _Spelling:
    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.asked: set[str] = set()

    def sections(self, key: str, value: Any) -> Any:
        if key == "stack":
            return self._section(value, (key,))
        if key == "resources" and isinstance(value, dict):
            return {kind: self._section(about, (key, kind)) for kind, about in value.items()}
        return value

    def _section(self, about: Any, path: Path) -> Any:
        if isinstance(about, list):
            return [self._section(one, (*path, index)) for index, one in enumerate(about)]
        if not isinstance(about, dict):
            return about
        return {key: self._pattern(item, (*path, key)) if key in _PATTERNS else item for key, item in about.items()}

    def _pattern(self, value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {key: self._pattern(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self._pattern(item, (*path, index)) for index, item in enumerate(value)]
        use = _USE.fullmatch(value) if isinstance(value, str) else None
        if use is None:
            return value
        name = use[1]
        if name not in self.names:
            raise PatternError(f'`names` gives no "{name}"{did_you_mean(name, map(str, self.names))}', path)
        self.asked.add(name)
        return self.names[name]
