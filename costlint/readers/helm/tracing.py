"""Where a rendered value comes from: Helm is asked what would come out if values were others.

Values that hold the same are changed first, those with the most similar names before others; then all of one type at
once, each to something else, so that what comes out tells which one it was. Groups that do not render are split. A
value that only decides which of several texts is written is not where those texts come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from costlint.model.values import Path
from costlint.readers.helm.changing import changed, replaced, text_of
from costlint.readers.helm.engines import RenderFailure
from costlint.readers.helm.layers import leaves
from costlint.readers.helm.limits import MOST_PROBES
from costlint.readers.helm.releases import Release
from costlint.readers.helm.similarity import similarity, words
from costlint.readers.kubernetes.documents import documents, read, speaks_of_kubernetes
from costlint.readers.kubernetes.objects import objects_in, type_of
from costlint.readers.kubernetes.syntax import YamlMistake


class Target(NamedTuple):
    """An object that is rendered: which of its type in its template (from 0). Its name may change with the values."""

    template: str
    type: str
    ordinal: int


class Leaf(NamedTuple):
    """A value of the release that holds no others, and where it is set."""

    path: Path
    value: object


class _Missing:
    """What is found where there is nothing."""


_GONE = _Missing()
_NO_MORE = 3


class _Spent(Exception):
    """A question that took too many renderings, or too much for one."""


class Tracer:
    """Answers for one release; remembers what it has found."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._leaves = [Leaf(path, value) for path, value in leaves(release.values)]
        self._answers: dict[tuple[Target, Path], Path | None] = {}
        self._left = 0
        self._present = frozenset(text_of(leaf.value) for leaf in self._leaves)

    def source_of(self, target: Target, path: Path) -> Path | None:
        """The path of the values that decide what stands at a path of an object, None if the template alone does. Of
        what is not there, it is where it could be written."""
        key = (target, path)
        if key not in self._answers:
            self._left = MOST_PROBES
            try:
                self._answers[key] = self._trace(target, path)
            except (_Spent, RenderFailure):
                self._answers[key] = None
        return self._answers[key]

    def _trace(self, target: Target, path: Path) -> Path | None:
        now = self._now(target, path)
        if isinstance(now, _Missing):
            return self._of_absent(target, path)
        if isinstance(now, (dict, list)):
            return self._of_container(target, path, now)
        return self._of_scalar(target, path, now)

    def _of_scalar(self, target: Target, path: Path, value: object) -> Path | None:
        if self._with(target, path, {}) != value:  # made up anew with every rendering
            return None
        ranked = self._ranked(target, path)
        text = text_of(value)
        same = [leaf for leaf in ranked if text_of(leaf.value) == text and not _is_empty(leaf.value)]
        around = [leaf for leaf in ranked if text and isinstance(leaf.value, str) and text in leaf.value]
        parts = ranked if isinstance(value, str) else ()
        within = [leaf for leaf in parts if text_of(leaf.value) and text_of(leaf.value) in text]
        within.sort(key=lambda leaf: -len(text_of(leaf.value)))
        alike = [leaf for leaf in ranked if _same_kind(leaf.value, value)]
        others = [] if isinstance(value, bool) else [leaf for leaf in ranked if _may_become(leaf.value, value)]
        done: set[Path] = set()
        for count, group in enumerate((same, around, within, alike, others)):
            fresh = [leaf for leaf in group if leaf.path not in done]
            done.update(leaf.path for leaf in fresh)
            found = self._search(target, path, value, fresh, count == 0)
            if found is not None:
                return found.path
        return self._unset(target, path, value, ranked)

    def _search(
        self, target: Target, path: Path, value: object, group: Sequence[Leaf], one_by_one: bool
    ) -> Leaf | None:
        """The leaf of a group that decides the value."""
        if not group:
            return None
        if one_by_one or len(group) == 1:
            if self._decides(target, path, value, group[0]):
                return group[0]
            group = group[1:]
        return self._narrow(target, path, value, group)

    def _narrow(self, target: Target, path: Path, value: object, group: Sequence[Leaf]) -> Leaf | None:
        if not group:
            return None
        if len(group) == 1:
            return group[0] if self._decides(target, path, value, group[0]) else None
        changes = self._changes(group, value)
        after = self._with(target, path, changes)
        if after == value:
            return None
        if not isinstance(after, _Missing):
            told = [leaf for leaf in group if _shows(value, after, leaf.value, changes[leaf.path])]
            for leaf in told[:_NO_MORE]:
                if self._decides(target, path, value, leaf):
                    return leaf
        half = (len(group) + 1) // 2
        first = self._narrow(target, path, value, group[:half])
        return first if first is not None else self._narrow(target, path, value, group[half:])

    def _decides(self, target: Target, path: Path, value: object, leaf: Leaf) -> bool:
        """Whether a leaf is where a value comes from: what comes out follows it, and does not just switch."""
        change = changed(leaf.value, 0, self._present) if not _holds(leaf, value) else replaced(leaf.value, value, 0)
        after = self._with(target, path, {leaf.path: change})
        if isinstance(after, _Missing) or after == value:
            return False
        if isinstance(leaf.value, bool):
            return text_of(value) in ("true", "false")
        if _shows(value, after, leaf.value, change):
            return True
        other = changed(leaf.value, 1, self._present) if not _holds(leaf, value) else replaced(leaf.value, value, 1)
        again = self._with(target, path, {leaf.path: other})
        return not isinstance(again, _Missing) and again not in (value, after)

    def _unset(self, target: Target, path: Path, value: object, ranked: Sequence[Leaf]) -> Path | None:
        """A key that is there without a value, so that a default of the template counts."""
        near = _named_like(path, [leaf for leaf in ranked if leaf.value in (None, "")])
        for leaf in near[:_NO_MORE]:
            change = changed(value, 0, self._present)
            if text_of(self._with(target, path, {leaf.path: change})) == text_of(change):
                return leaf.path
        return None

    def _of_container(self, target: Target, path: Path, value: object) -> Path | None:
        """A map or list is written where what it holds is, under the same keys."""
        inner = list(leaves(value, ()))
        if not inner:
            filled: object = [_PROBE] if isinstance(value, list) else {_PROBE: _PROBE}
            empty = [leaf for leaf in self._ranked(target, path) if leaf.value == value]
            for leaf in empty[: 2 * _NO_MORE]:
                if self._with(target, path, {leaf.path: filled}) == filled:
                    return leaf.path
            return None
        for below, _ in inner[:_NO_MORE]:
            found = self._trace(target, (*path, *below))
            if found is not None and len(found) > len(below) and found[-len(below) :] == below:
                return found[: -len(below)]
        return None

    def _of_absent(self, target: Target, path: Path) -> Path | None:
        """Where what is not there could be written: a key without a value that brings it about, else what the nearest
        thing around it comes from."""
        depth = len(path)
        while depth and isinstance(self._now(target, path[:depth]), _Missing):
            depth -= 1
        rest = tuple(map(str, path[depth:]))
        for leaf in _named_like(path[depth:], [leaf for leaf in self._ranked(target, path) if _is_empty(leaf.value)]):
            key = str(leaf.path[-1])
            below = rest[rest.index(key) + 1 :] if key in rest else ()
            for probe in _nested(below):
                if not isinstance(self._with(target, path, {leaf.path: probe}), _Missing):
                    return leaf.path
        return self._trace(target, path[:depth]) if depth else None

    def _ranked(self, target: Target, path: Path) -> list[Leaf]:
        wanted = words(path, target.template, target.type)
        return sorted(self._leaves, key=lambda leaf: -similarity(leaf.path, wanted))

    def _changes(self, group: Iterable[Leaf], value: object) -> dict[Path, object]:
        return {
            leaf.path: replaced(leaf.value, value, number)
            if _holds(leaf, value)
            else changed(leaf.value, number, self._present)
            for number, leaf in enumerate(group)
        }

    def _now(self, target: Target, path: Path) -> object:
        return value_at(self._release.rendered[target.template], target, path)

    def _with(self, target: Target, path: Path, changes: Mapping[Path, object]) -> object:
        """What would stand at a path of an object; _GONE if nothing would, or nothing would be rendered."""
        if self._left <= 0:
            raise _Spent
        self._left -= 1
        text = self._release.with_changes(target.template, changes)
        return _GONE if text is None else value_at(text, target, path)


_PROBE = "costlint"


def value_at(text: str, target: Target, path: Path) -> object:
    """What stands at a path of an object in the text of its template."""
    seen = 0
    kind = target.type.partition(".")[0].encode()
    for document in documents(text.encode()):
        if kind not in document.data and b"List" not in document.data:
            continue
        if not speaks_of_kubernetes(document.data):
            continue
        try:
            value = read(document)
        except YamlMistake:
            return _GONE
        for found in objects_in(value):
            if type_of(found.value) == target.type:
                if seen == target.ordinal:
                    return _member(found.value, path)
                seen += 1
    return _GONE


def _member(value: object, path: Path) -> object:
    for step in path:
        if isinstance(value, list) and isinstance(step, str) and len(value) == 1:
            value = value[0]
        if isinstance(value, list):
            if not isinstance(step, int) or not -len(value) <= step < len(value):
                return _GONE
            value = value[step]
        elif isinstance(value, dict) and str(step) in value:
            value = value[str(step)]
        else:
            return _GONE
    return value


def _shows(before: object, after: object, leaf: object, change: object) -> bool:
    """Whether what came out is what the leaf was changed to."""
    old, new, was, became = map(text_of, (before, after, leaf, change))
    if old == was:
        return new == became
    if was and was in old:
        return became in new
    return False


def _holds(leaf: Leaf, value: object) -> bool:
    """Whether a value is a part of the text of a leaf."""
    text = text_of(value)
    return isinstance(leaf.value, str) and bool(text) and text != leaf.value and text in leaf.value


def _is_empty(value: object) -> bool:
    return value is None or (not isinstance(value, (bool, int, float)) and not value)


def _same_kind(leaf: object, value: object) -> bool:
    if isinstance(leaf, bool) or isinstance(value, bool):
        return isinstance(leaf, bool) and isinstance(value, bool)
    if isinstance(value, (int, float)):
        return isinstance(leaf, (int, float))
    return isinstance(leaf, str) and isinstance(value, str) and bool(leaf) and "\n" not in leaf


def _may_become(leaf: object, value: object) -> bool:
    if isinstance(leaf, bool) or leaf is None:
        return False
    if isinstance(value, (int, float)):
        return isinstance(leaf, str) and leaf[:1].isdigit()
    return isinstance(leaf, (int, float))


def _named_like(path: Path, candidates: Iterable[Leaf]) -> list[Leaf]:
    """Those whose own name is one of the path's, or like its last; the most similar first."""
    steps = [str(step) for step in path if isinstance(step, str)]
    last = words(steps[-1:], "", "")
    return [
        leaf for leaf in candidates if str(leaf.path[-1]) in steps or (last and similarity(leaf.path[-1:], last) > 0)
    ]


def _nested(below: Sequence[str]) -> Iterator[object]:
    """Things to write so that something stands below some keys."""
    for innermost in ("7", 7) if not below else ("7",):
        probe: object = innermost
        for key in reversed(below):
            probe = {key: probe}
        yield probe
    if not below:
        yield {_PROBE: _PROBE}
        yield [_PROBE]
