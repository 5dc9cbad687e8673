"""Bills written once: a resource that reads like one estimated before, and has the same neighbours, costs the same.

An estimator is a function of the attributes it reads and of the answers to its questions about other resources. The
ledger remembers which attributes the estimator of a type ever read: resources that agree in them are asked the same
first question, those with the same answer the same second one, and so on until the estimate.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeAlias

from costlint.graph import Edge, View
from costlint.model import Estimate, LinkedStr, PartialMap, Resource, Unknown
from costlint.pricing.questions import Question
from costlint.pricing.watching import EVERYTHING, Reading

Asked: TypeAlias = Sequence[tuple[Question, tuple[Resource, ...]]]

_MOST_ENTRIES = 4_000
_MOST_ANSWERS = 200
_LONGEST_ANSWER = 20
_ABSENT = object()
_SIMPLE = frozenset((str, int, type(None), object))


class Ledger:
    """Estimates of one catalog by what they were worked out from."""

    def __init__(self) -> None:
        self._pages: dict[Hashable, _Page] = {}

    def find(self, resource: Resource, view: View) -> Estimate | None:
        """The estimate of a resource that cannot be told from this one, None if there is none yet."""
        page = self._pages.get(_heading(resource))
        return None if page is None else page.find(resource, view)

    def enter(self, reading: Reading, asked: Asked, view: View, estimate: Estimate) -> None:
        """Note an estimate for others alike; none are if it says which resource it is about, or rests on much."""
        resource = reading.resource
        if EVERYTHING in reading.names or any(len(answer) > _LONGEST_ANSWER for _, answer in asked):
            return
        said = (*estimate.unpriced, *(component.name for component in estimate.components))
        if any(resource.address in text for text in said):
            return
        page = self._pages.setdefault(_heading(resource), _Page(resource.defaults, resource.usage))
        page.enter(reading, asked, view, estimate)


class _Page:
    """The estimates of one type in one region. `names` are the attributes ever read; with one more, what is written
    so far is no longer found and goes. `defaults` and `usage` stay alive here, because the heading knows them by
    identity."""

    def __init__(self, defaults: Mapping[str, object], usage: Mapping[str, float] | None) -> None:
        self.defaults = defaults
        self.usage = usage
        self.names: tuple[str, ...] = ()
        self.entries: dict[Hashable, _Step] = {}
        self._last: Mapping[str, object] | None = None
        self._values: Hashable = ()

    def find(self, resource: Resource, view: View) -> Estimate | None:
        step = self.entries.get(self._key(resource.attributes, view.incoming(resource.address)))
        while step is not None and step.question is not None and step.further is not None:
            step = step.further.get(tuple(step.question.answer(view, resource)))
        return None if step is None else step.estimate

    def enter(self, reading: Reading, asked: Asked, view: View, estimate: Estimate) -> None:
        if not reading.names.keys() <= set(self.names):
            self.names = tuple(dict.fromkeys((*self.names, *reading.names)))
            self.entries.clear()
            self._last = None
        incoming = view.incoming(reading.resource.address)
        key = self._key(reading.attributes, incoming)
        step = self.entries.get(key)
        if step is None:
            if len(self.entries) >= _MOST_ENTRIES:
                return
            step = self.entries[key] = _Step()
        for question, answer in asked:
            if question.kind == "referring" and not question.about and not incoming:
                continue
            step.question = question
            if step.further is None:
                step.further = {}
            further = step.further.get(answer)
            if further is None:
                if len(step.further) >= _MOST_ANSWERS:
                    return
                further = step.further[answer] = _Step()
            step = further
        step.estimate = estimate

    def _key(self, attributes: Mapping[str, object], incoming: Sequence[Edge]) -> Hashable:
        """What resources alike share: the attributes read, and whether anything refers to them; where nothing does,
        nobody need be asked who it is."""
        if attributes is not self._last:  # copies share their attributes, and mostly come one after the other
            values = [attributes.get(name, _ABSENT) for name in self.names]
            self._values = tuple([value if type(value) in _SIMPLE else _frozen(value) for value in values])
            self._last = attributes
        return not incoming, self._values


class _Step:
    """The next question and where each answer leads, or the estimate."""

    __slots__ = ("estimate", "further", "question")

    def __init__(self) -> None:
        self.question: Question | None = None
        self.further: dict[tuple[Resource, ...], _Step] | None = None
        self.estimate: Estimate | None = None


def _heading(resource: Resource) -> Hashable:
    defaults = id(resource.defaults) if resource.defaults else None
    usage = None if resource.usage is None else id(resource.usage)
    return resource.type, resource.region, defaults, usage, isinstance(resource.attributes, PartialMap)


def _frozen(value: object) -> Hashable:
    """A key equal only for values that no estimator can tell apart (1, 1.0 and True can be told apart)."""
    kind = type(value)
    if value is None or kind is str or kind is int:
        return value
    if isinstance(value, Unknown):
        return kind, value.sources
    if isinstance(value, LinkedStr):
        return kind, str(value), value.sources
    if isinstance(value, dict):
        return kind, tuple([(key, _frozen(item)) for key, item in value.items()])
    if isinstance(value, (list, tuple)):
        return kind, tuple([_frozen(item) for item in value])
    return kind, value
