"""Whether a change touches anything that was read: most do not, and then the other side need not be read at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from costlint.sources import CheckoutSource, DirectorySource, SourceError

_MAY_MATTER = (".tf", ".tofu", ".json", ".tfvars", ".hcl", ".yaml", ".yml", ".tpl", ".tfbackend", ".gitignore")


def reads_alike(before: CheckoutSource, now: DirectorySource, selected: Sequence[str]) -> bool:
    """Whether reading a commit gives what reading the work tree has given. Reading is a function of what it asks for:
    where every answer is the same, so is the result. A file that is new or gone matters by its name."""
    for path in selected:
        if _candidates(before.files(path)) != _candidates(now.files(path)):
            return False
    if any(before.names(directory) != now.names(directory) for directory in list(now.listed)):
        return False
    return all(before.belongs_to_no_commit(path) or _is_same(before, now, path) for path in list(now.asked))


def _candidates(files: Sequence[str]) -> set[str]:
    return {path for path in files if path.endswith(_MAY_MATTER)}


def _is_same(before: CheckoutSource, now: DirectorySource, path: str) -> bool:
    known = before.object_of(path)
    if known is None:
        return not now.is_file(path) and before.is_dir(path) == now.is_dir(path)
    try:
        data = now.read(path)
    except SourceError:
        return False
    digest = hashlib.sha1 if len(known) == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(data) + data).hexdigest() == known
