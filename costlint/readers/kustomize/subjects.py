"""A rendered object as selectors see it: by every name it had on its way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from costlint.re2 import PatternError, TooMuchWork, UnsupportedPattern, compile_pattern
from costlint.readers.kubernetes.objects import name_of, namespace_of

_LABEL = re.compile(r"\s*(!)?\s*([\w./-]+)\s*(?:(==|=|!=)\s*([\w./-]*)\s*)?")


class Subject(Struct, eq=False):
    """`names` are all it was called while it was rendered, `namespaces` the same for where it is."""

    group: str
    kind: str
    names: frozenset[str]
    namespaces: frozenset[str]
    labels: Mapping[str, object]
    annotations: Mapping[str, object]

    def is_named(self, value: Mapping[str, object]) -> bool:
        """Whether a patch of this kind and name is for the object."""
        return (
            value.get("kind") == self.kind
            and group_of(value) == self.group
            and name_of(value) in self.names
            and (not namespace_of(value) or namespace_of(value) in self.namespaces)
        )

    def is_selected(self, target: Mapping[str, object]) -> bool:
        """Whether a `target` selects the object. An empty one selects everything."""
        return (
            _matches(target.get("kind"), {self.kind})
            and _matches(target.get("group"), {self.group})
            and _matches(target.get("name"), self.names)
            and _matches(target.get("namespace"), self.namespaces)
            and _labelled(target.get("labelSelector"), self.labels)
            and _labelled(target.get("annotationSelector"), self.annotations)
        )


def subject(rendered: Mapping[str, object], names: set[str], namespaces: set[str]) -> Subject:
    """The rendered object, which was also called otherwise."""
    metadata = rendered.get("metadata")
    inner = metadata if isinstance(metadata, dict) else {}
    labels, annotations = inner.get("labels"), inner.get("annotations")
    return Subject(
        group_of(rendered),
        str(rendered.get("kind")),
        frozenset((*names, name_of(rendered))),
        frozenset((*namespaces, namespace_of(rendered))),
        labels if isinstance(labels, dict) else {},
        annotations if isinstance(annotations, dict) else {},
    )


def group_of(value: Mapping[str, object]) -> str:
    """The API group of an object, "" for the core one."""
    group, slash, _ = str(value.get("apiVersion") or "").partition("/")
    return group if slash else ""


def _matches(pattern: object, texts: frozenset[str] | set[str]) -> bool:
    """Whether the pattern of a selector, anchored at both ends, matches one of the texts."""
    if pattern is None or pattern == "":
        return True
    if not isinstance(pattern, str):
        return False
    if pattern in texts:
        return True
    try:
        compiled = compile_pattern(f"^(?:{pattern})$")
        return any(compiled.occurs_in(text) for text in texts)
    except (PatternError, UnsupportedPattern, TooMuchWork):
        return False


def _labelled(selector: object, labels: Mapping[str, object]) -> bool:
    if not isinstance(selector, str) or not selector.strip() or "(" in selector:
        return True
    for part in selector.split(","):
        found = _LABEL.fullmatch(part)
        if found is None:
            return True
        no, key, operator, value = found.groups()
        if operator in ("=", "=="):
            if str(labels.get(key)) != value:
                return False
        elif operator == "!=":
            if str(labels.get(key)) == value:
                return False
        elif (key in labels) is bool(no):
            return False
    return True
