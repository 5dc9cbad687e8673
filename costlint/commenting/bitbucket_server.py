"""Comments on pull requests of Bitbucket Server and Data Center.

developer.atlassian.com/server/bitbucket/rest ("Pull Requests": activities; comments are changed and deleted with the
version they have; pages go on at nextPageStart). Only who has written a comment may change it, so all are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct

from costlint.commenting.bitbucket import authorization
from costlint.commenting.limits import MOST_PAGES
from costlint.commenting.posting import Comment
from costlint.commenting.requests import Clock, Requests
from costlint.commenting.targets import Target

_ADVICE = "Set BITBUCKET_TOKEN to an HTTP access token that may read the repository"


class BitbucketServer:
    """One pull request."""

    title = "Bitbucket"

    def __init__(self, target: Target, token: str, clock: Clock | None = None) -> None:
        headers, secrets = authorization(token)
        self._requests = Requests(headers, secrets, _ADVICE, clock)
        key, _, slug = target.repository.partition("/")
        repository = f"{target.api}/projects/{quote(key, safe='~')}/repos/{quote(slug, safe='')}"
        self._pull = f"{repository}/pull-requests/{target.number}"

    def comments(self) -> Sequence[Comment]:
        found: dict[int, Comment] = {}
        start = 0
        for _ in range(MOST_PAGES):
            url = f"{self._pull}/activities?limit=100&start={start}"
            page = self._requests.read("GET", url, _Page)
            for activity in page.values:
                one = activity.comment
                if activity.action == "COMMENTED" and one is not None:
                    found[one.id] = Comment(str(one.id), one.text, one.version)
            if page.is_last_page or page.next_page_start is None:
                break
            start = page.next_page_start
        return [found[number] for number in sorted(found)]

    def create(self, body: str) -> str:
        self._requests.read("POST", f"{self._pull}/comments", _Created, {"text": body}, creates=True)
        return ""

    def update(self, comment: Comment, body: str) -> None:
        self._requests.send("PUT", f"{self._pull}/comments/{comment.key}", {"text": body, "version": comment.version})

    def delete(self, comment: Comment) -> None:
        self._requests.send("DELETE", f"{self._pull}/comments/{comment.key}?version={comment.version}")


class _Comment(Struct):
    id: int
    text: str = ""
    version: int = 0


class _Activity(Struct):
    action: str = ""
    comment: _Comment | None = None


class _Page(Struct, rename="camel"):
    values: list[_Activity]
    is_last_page: bool = True
    next_page_start: int | None = None


class _Created(Struct):
    id: int
