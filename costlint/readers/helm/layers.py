"""Values of a release as they lie over each other: what is set, and by which line of which file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from costlint.model import Span, lookup
from costlint.model.values import Path, laid_over
from costlint.readers.kubernetes.documents import Document, documents, place, read
from costlint.readers.kubernetes.syntax import YamlMistake

_MOST_LEAVES = 20_000


class Layer(NamedTuple):
    """A values file: what it sets below `keys` (those of the subchart it belongs to), and its text. `path` is that in
    the source, `file` the same as shown to people. One that is `packed` (in the archive of a subchart) cannot be edited
    where it stands; of one that is no file of its own (values in an object, or in Terraform) `at` says where each is.
    """

    path: str
    file: str
    value: Mapping[str, object]
    data: bytes
    keys: tuple[str, ...] = ()
    packed: bool = False
    at: Callable[[Path], tuple[Span, bool]] | None = None

    def inner(self, path: Path) -> Path | None:
        """The path of a value within the file, None if it is no value of this chart."""
        return path[len(self.keys) :] if path[: len(self.keys)] == self.keys else None

    def span(self, path: Path) -> tuple[Span, bool]:
        """Where the value at a path of the release stands in the file; the nearest enclosing one (then False)."""
        inner = self.inner(path) or ()
        if self.at is not None:
            return self.at(inner)
        found = [place(each, inner, self.file) for each in _documents(self.data)]
        return next((one for one in reversed(found) if one[1]), found[0])


def layer(data: bytes, path: str, file: str, keys: tuple[str, ...] = (), packed: bool = False) -> Layer:
    """The layer of a values file. Raises YamlMistake with line and column if it is not one. Of several documents later
    ones go over earlier ones, as in Helm since 3.18."""
    result: dict[str, object] = {}
    for each in _documents(data):
        value = read(each)
        if value is not None and not isinstance(value, dict):
            raise YamlMistake("values have to be a mapping", each.line)
        result = laid_over(result, value) if result and value else value or result
    return Layer(path, file, result, data, keys, packed)


def _documents(data: bytes) -> list[Document]:
    return list(documents(data)) or [Document(b"", 1, 0)]


def merged(layers: Sequence[Layer]) -> dict[str, object]:
    """What the layers set together, later ones over earlier ones. As in Helm maps are merged, all else is replaced, and
    null takes away what a chart's own values set."""
    result: dict[str, object] = {}
    for each in layers:
        value: Mapping[str, object] = each.value
        for key in reversed(each.keys):
            value = {key: value}
        result = laid_over(result, value)
    return result


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value that holds no others, with its path; empty lists and maps are among them."""
    pending: list[tuple[Path, object]] = [(path, value)]
    count = 0
    while pending and count < _MOST_LEAVES:
        path, value = pending.pop()
        if isinstance(value, dict) and value:
            pending.extend([((*path, key), item) for key, item in value.items()][::-1])
        elif isinstance(value, list) and value:
            pending.extend([((*path, index), item) for index, item in enumerate(value)][::-1])
        elif path:
            count += 1
            yield path, value


def setting(layers: Sequence[Layer], path: Path) -> Layer | None:
    """The layer whose word counts for the value at a path, None if none sets it."""
    for each in reversed(layers):
        inner = each.inner(path)
        if inner is not None and _holds(each.value, inner):
            return each
    return None


def _holds(value: object, path: Path) -> bool:
    for step in path:
        if isinstance(value, list):
            if not isinstance(step, int) or step >= len(value):
                return False
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False
    return True


def overriding(given: Mapping[str, object], values: Mapping[str, object], changes: Mapping[Path, object]) -> object:
    """The values to give a chart so that those at some paths are others. A list is given as a whole."""
    result: dict[str, object] = dict(given)
    for path, value in changes.items():
        _put(result, path, value, values)
    return result


def _put(into: dict[str, object], path: Path, value: object, values: Mapping[str, object]) -> None:
    for count, step in enumerate(path[:-1], 1):
        following = path[count]
        key = str(step)
        if isinstance(following, int):
            current = into.get(key)
            whole = current if isinstance(current, list) else lookup(values, path[:count])
            into[key] = _replaced(whole, path[count:], value)
            return
        inner = into.get(key)
        into[key] = fresh = dict(inner) if isinstance(inner, dict) else {}
        into = fresh
    into[str(path[-1])] = value


def _replaced(value: object, path: Path, by: object) -> object:
    if not path:
        return by
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [_replaced(item, rest, by) if index == step else item for index, item in enumerate(value)]
    found: dict[str, object] = dict(value) if isinstance(value, dict) else {}
    found[str(step)] = _replaced(found.get(str(step)), rest, by)
    return found
