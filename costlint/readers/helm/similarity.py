"""How much the name of a value has in common with the place a rendered value stands at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STEM = 5
_LAST, _ABOVE, _AROUND = 6.0, 2.0, 1.0
_SAYS_LITTLE = frozenset(("spec", "templa", "templ", "yaml", "chart", "value", "contai"))


def words(path: Iterable[object], template: str, kind: str) -> Mapping[str, float]:
    """What to look for, each word with its weight: those of the last name of a path, of those above it, of the file of
    the template and of the type of the object."""
    found: dict[str, float] = {}
    steps = [step for step in path if isinstance(step, str)]
    for word in (*_words(template.rpartition("/")[2]), *_words(kind.partition(".")[0])):
        found[word] = _AROUND
    for step in steps[:-1]:
        found.update(dict.fromkeys(_words(step), _ABOVE))
    found.update(dict.fromkeys(_words(steps[-1]) if steps else (), _LAST))
    return {word: weight for word, weight in found.items() if word not in _SAYS_LITTLE}


def similarity(path: Iterable[object], wanted: Mapping[str, float]) -> float:
    """The weight of the words the names of a value have in common with those wanted; names further back count more."""
    steps = [step for step in path if isinstance(step, str)]
    score = 0.0
    for distance, step in enumerate(reversed(steps)):
        score += sum(wanted.get(word, 0.0) for word in _words(step)) / (distance + 1)
    return score - 0.01 * len(steps)


@lru_cache(maxsize=16384)
def _words(name: str) -> tuple[str, ...]:
    """The stems of the words of a name: `replicaCount` → replic, count. Long words that begin alike are one."""
    return tuple(dict.fromkeys(word.lower()[:_STEM] for word in _WORD.findall(name)))
