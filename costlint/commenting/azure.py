"""Threads on pull requests of Azure Repos: one thread with one comment for each tag.

learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads (List, Create) and …/pull-request-thread-comments
(Update, Delete), api-version 7.1. The list has no pages. Threads are written closed, so that a policy on resolved
comments waits for nobody.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct, field

from costlint.commenting.errors import CommentError
from costlint.commenting.posting import Comment
from costlint.commenting.requests import Clock, Requests
from costlint.commenting.targets import Target

_ADVICE = (
    "Map SYSTEM_ACCESSTOKEN: $(System.AccessToken) into the step's env, and let the build service "
    "contribute to pull requests"
)
_VERSION = "api-version=7.1"


class Azure:
    """One pull request. `is_personal`: the token is a personal access token."""

    title = "Azure DevOps"

    def __init__(self, target: Target, token: str, *, is_personal: bool = False, clock: Clock | None = None) -> None:
        encoded = base64.b64encode(f":{token}".encode()).decode()
        headers = {"Authorization": f"Basic {encoded}" if is_personal else f"Bearer {token}"}
        self._requests = Requests(headers, (token, encoded), _ADVICE, clock)
        self._api = target.api
        project, _, name = target.repository.partition("/")
        repository = f"{target.api}/{quote(project, safe='')}/_apis/git/repositories/{quote(name, safe='')}"
        self._threads = f"{repository}/pullRequests/{target.number}/threads"

    def comments(self) -> Sequence[Comment]:
        """The first comment of each thread. The key is the thread, a slash, and the comment."""
        own = self._own()
        found = self._requests.read("GET", f"{self._threads}?{_VERSION}", _Threads)
        first = [(thread, thread.comments[0]) for thread in found.value if thread.comments and not thread.is_deleted]
        return [
            Comment(f"{thread.id}/{comment.id}", comment.content or "")
            for thread, comment in first
            if not comment.is_deleted and (own is None or (comment.author is not None and comment.author.id == own))
        ]

    def create(self, body: str) -> str:
        thread = {"comments": [{"parentCommentId": 0, "content": body, "commentType": "text"}], "status": "closed"}
        self._requests.read("POST", f"{self._threads}?{_VERSION}", _Created, thread, creates=True)
        return ""

    def update(self, comment: Comment, body: str) -> None:
        self._requests.send("PATCH", self._comment(comment), {"content": body})

    def delete(self, comment: Comment) -> None:
        self._requests.send("DELETE", self._comment(comment))

    def _comment(self, comment: Comment) -> str:
        thread, _, number = comment.key.partition("/")
        return f"{self._threads}/{thread}/comments/{number}?{_VERSION}"

    def _own(self) -> str | None:
        try:
            return self._requests.read("GET", f"{self._api}/_apis/connectionData", _Connection).authenticated_user.id
        except CommentError:
            return None


class _Person(Struct):
    id: str


class _Connection(Struct, rename="camel"):
    authenticated_user: _Person


class _Comment(Struct, rename="camel"):
    id: int
    content: str | None = None
    author: _Person | None = None
    is_deleted: bool = False


class _Thread(Struct, rename="camel"):
    id: int
    comments: list[_Comment] = field(default_factory=list)
    is_deleted: bool = False


class _Threads(Struct):
    value: list[_Thread]


class _Created(Struct):
    id: int
