"""Modules that are not here: what they are given differs, and nobody can say what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from costlint.diffing.contents import differing
from costlint.diffing.snapshots import Deployed
from costlint.diffing.telling import plain
from costlint.model import UnresolvedModule
from costlint.model.differences import Amount, AttributeChange, ResourceDelta, ResourceStatus
from costlint.model.values import path_text

_MOST_CHANGES = 20
_NOTHING = Amount()


def module_deltas(
    stack: str, counted: bool, environment: str, before: Deployed | None, after: Deployed | None
) -> Iterator[ResourceDelta]:
    """A delta without an amount for each module of a stack that is not here and is called anew, no more, or with other
    inputs."""
    old, new = _unresolved(before), _unresolved(after)
    for address in dict.fromkeys((*old, *new)):
        was, now = old.get(address), new.get(address)
        module = now or was
        assert module is not None
        status: ResourceStatus = "added" if was is None else "removed" if now is None else "changed"
        changes: tuple[AttributeChange, ...] = ()
        if was is not None and now is not None:
            leaves = differing(was.inputs, now.inputs)[:_MOST_CHANGES]
            changes = tuple(AttributeChange(path_text(one.path), plain(one.before), plain(one.after)) for one in leaves)
            if not changes:
                continue
        elif _is_adapted(before, address) or _is_adapted(after, address):
            continue  # what it deploys is compared, and what is not understood of it was never priced
        why = ("the module is not here, so what that costs is not known (costlint modules fetch)",)
        yield ResourceDelta(
            address=address,
            type="module",
            status=status,
            stack=stack,
            module=address,
            file=module.span.file,
            line=module.span.line,
            before=_NOTHING,
            after=_NOTHING,
            delta=_NOTHING,
            fixed=_NOTHING,
            usage=_NOTHING,
            count_before=int(was is not None),
            count_after=int(now is not None),
            changes=changes,
            unpriced_before=why if was is not None else (),
            unpriced=why if now is not None else (),
            counted=counted,
            environment=environment,
        )


def _is_adapted(side: Deployed | None, address: str) -> bool:
    return side is not None and side.stack is not None and any(one.address == address for one in side.stack.adapted)


def _unresolved(side: Deployed | None) -> dict[str, UnresolvedModule]:
    if side is None or side.stack is None:
        return {}
    found = {module.address: module for module in side.stack.unresolved}
    for one in side.stack.adapted:
        if one.unread:
            unread = {name: one.inputs[name] for name in one.unread if name in one.inputs}
            found[one.address] = UnresolvedModule(one.address, one.source, one.span, unread)
    return found
