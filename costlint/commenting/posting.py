"""What is done with the earlier comments of a tag, whatever the platform."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

from costlint.commenting.errors import CommentError, Refused, Unsure
from costlint.commenting.limits import MOST_REMOVED

Behavior: TypeAlias = Literal["update", "new", "delete-and-new", "hide-and-new"]
BEHAVIORS: tuple[Behavior, ...] = ("update", "new", "delete-and-new", "hide-and-new")


class Comment(NamedTuple):
    """A comment that is there. `key` is what the platform changes it by, `version` what it wants told of it where it
    counts changes; `hidden` ones are folded away."""

    key: str
    body: str
    version: int = 0
    hidden: bool = False


class Forge(Protocol):
    """A platform, at one pull request. Everything raises CommentError."""

    title: str

    def comments(self) -> Sequence[Comment]:
        """Those this token has written (all, where that cannot be known), oldest first."""

    def create(self, body: str) -> str:
        """Write a comment; the address people see it at, "" if that is not known."""

    def update(self, comment: Comment, body: str) -> None: ...

    def delete(self, comment: Comment) -> None: ...


@runtime_checkable
class Hides(Protocol):
    """A platform that can fold comments away."""

    def hide(self, comment: Comment) -> None: ...


def post(
    forge: Forge,
    body: str,
    is_ours: Callable[[str], bool],
    behavior: Behavior,
    *,
    worth_saying: bool = True,
    said_before: str = "",
) -> str:
    """Write a comment, and deal with the earlier ones `is_ours` knows; a sentence about what was done. If it is not
    `worth_saying`, nothing is written, but an earlier comment that is updated says so (`said_before`). Raises
    CommentError."""
    if behavior == "hide-and-new" and not isinstance(forge, Hides):
        raise CommentError(no_hiding(forge.title))
    if behavior == "new":
        return _created(forge, body) if worth_saying else NOTHING_TO_SAY
    ours = [one for one in forge.comments() if is_ours(one.body)]
    if behavior == "update":
        return _updated(forge, ours, body if worth_saying else said_before, worth_saying)
    earlier = [one for one in ours if behavior == "delete-and-new" or not one.hidden][-MOST_REMOVED:]
    done = _created(forge, body, {one.key for one in ours}) if worth_saying else NOTHING_TO_SAY
    away = forge.hide if behavior == "hide-and-new" and isinstance(forge, Hides) else forge.delete
    removed = sum(_is_done(away, one) for one in earlier)
    verb = "hid" if behavior == "hide-and-new" else "deleted"
    return done + (f"; {verb} {removed} earlier" if removed else "")


def _is_done(away: Callable[[Comment], None], one: Comment) -> bool:
    """Whether an earlier comment could be deleted, or hidden; somebody else's cannot."""
    try:
        away(one)
    except Refused:
        return False
    return True


NOTHING_TO_SAY = "nothing to say: nothing is new, and the bill hardly moves"


def no_hiding(title: str) -> str:
    """Why nothing is hidden on a platform."""
    return f"{title} cannot hide comments; use --behavior update or delete-and-new"


def _updated(forge: Forge, ours: Sequence[Comment], body: str, worth_saying: bool) -> str:
    """The newest comment changed; one that turns out to be somebody else's is passed over."""
    for one in reversed(ours):
        if _same(one.body, body):
            return "the comment says so already" if worth_saying else NOTHING_TO_SAY
        try:
            forge.update(one, body)
        except Refused:
            continue
        return "updated the comment" if worth_saying else "updated the comment: what it said is resolved"
    return _created(forge, body) if worth_saying else NOTHING_TO_SAY


def _created(forge: Forge, body: str, known: Collection[str] = ()) -> str:
    """A new comment beside the `known` ones. If nobody answers whether it was written, that is looked up before it is
    written again."""
    try:
        where = forge.create(body)
    except Unsure as error:
        if any(_same(one.body, body) for one in forge.comments() if one.key not in known):
            return "wrote a comment"
        try:
            where = forge.create(body)
        except Unsure:
            raise CommentError(f"{error}; whether the comment was written is not known") from None
    return f"wrote a comment: {where}" if where else "wrote a comment"


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
