"""Comments on pull requests of Bitbucket Cloud.

developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests ("List comments on a pull request" and the ones
beside it), …/rest/intro ("Pagination", "Authentication").
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from msgspec import Struct, field

from costlint.commenting.errors import CommentError
from costlint.commenting.limits import MOST_PAGES
from costlint.commenting.posting import Comment
from costlint.commenting.requests import Clock, Requests
from costlint.commenting.targets import Target

_ADVICE = "Set BITBUCKET_TOKEN to a repository access token with pullrequest:write, or to USER:API_TOKEN"


def authorization(token: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The header for a token, or for USER:PASSWORD, and what is secret about it."""
    if ":" not in token:
        return {"Authorization": f"Bearer {token}"}, (token,)
    encoded = base64.b64encode(token.encode()).decode()
    return {"Authorization": f"Basic {encoded}"}, (token, encoded, token.partition(":")[2])


class Bitbucket:
    """One pull request."""

    title = "Bitbucket"

    def __init__(self, target: Target, token: str, clock: Clock | None = None) -> None:
        headers, secrets = authorization(token)
        self._requests = Requests(headers, secrets, _ADVICE, clock)
        self._api = target.api
        repository = "/".join(quote(part, safe="{}") for part in target.repository.split("/"))
        self._comments = f"{target.api}/repositories/{repository}/pullrequests/{target.number}/comments"

    def comments(self) -> Sequence[Comment]:
        own = self._own()
        found: list[Comment] = []
        url = f"{self._comments}?pagelen=100"
        for _ in range(MOST_PAGES):
            page = self._requests.read("GET", url, _Page)
            found += [
                Comment(str(one.id), one.content.raw)
                for one in page.values
                if not one.deleted and (own is None or (one.user is not None and one.user.uuid == own))
            ]
            if not page.next:
                break
            if urlsplit(page.next).netloc != urlsplit(url).netloc:
                raise CommentError("the comments go on at another host, which is refused")
            url = page.next
        return found

    def create(self, body: str) -> str:
        made = self._requests.read("POST", self._comments, _Created, {"content": {"raw": body}}, creates=True)
        return made.links.html.href

    def update(self, comment: Comment, body: str) -> None:
        self._requests.send("PUT", f"{self._comments}/{comment.key}", {"content": {"raw": body}})

    def delete(self, comment: Comment) -> None:
        self._requests.send("DELETE", f"{self._comments}/{comment.key}")

    def _own(self) -> str | None:
        """Who is asking; access tokens of repositories are nobody Bitbucket tells of."""
        try:
            return self._requests.read("GET", f"{self._api}/user", _User).uuid
        except CommentError:
            return None


class _User(Struct):
    uuid: str


class _Content(Struct):
    raw: str = ""


class _Comment(Struct):
    id: int
    content: _Content = field(default_factory=_Content)
    user: _User | None = None
    deleted: bool = False


class _Page(Struct):
    values: list[_Comment]
    next: str = ""


class _Link(Struct):
    href: str = ""


class _Links(Struct):
    html: _Link = field(default_factory=_Link)


class _Created(Struct):
    id: int
    links: _Links = field(default_factory=_Links)
