"""Notes on merge requests of GitLab, gitlab.com or self-managed.

docs.gitlab.com/api/notes ("Merge requests"), docs.gitlab.com/api/rest ("Pagination"), docs.gitlab.com/api/users ("Get
the current user"). The token of a job (CI_JOB_TOKEN) may not write notes on GitLab's own servers
(docs.gitlab.com/ci/jobs/ci_job_token).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct

from costlint.commenting.errors import CommentError
from costlint.commenting.posting import Comment
from costlint.commenting.requests import Clock, Requests
from costlint.commenting.targets import Target

_ADVICE = "Set GITLAB_TOKEN to a project access token with scope api and the role Reporter or above"


class GitLab:
    """One merge request. `is_job_token`: the token is CI_JOB_TOKEN."""

    title = "GitLab"

    def __init__(self, target: Target, token: str, *, is_job_token: bool = False, clock: Clock | None = None) -> None:
        header = "JOB-TOKEN" if is_job_token else "PRIVATE-TOKEN"
        refused = " (CI_JOB_TOKEN may not write notes)" if is_job_token else ""
        self._requests = Requests({header: token}, (token,), _ADVICE + refused, clock)
        self._api = target.api
        self._notes = f"{target.api}/projects/{quote(target.repository, safe='')}/merge_requests/{target.number}/notes"

    def comments(self) -> Sequence[Comment]:
        own = self._own()
        return [
            Comment(str(note.id), note.body)
            for data in self._requests.pages(f"{self._notes}?per_page=100&order_by=created_at&sort=asc")
            for note in self._requests.converted(data, list[_Note], self._notes)
            if not note.system and (own is None or note.author.id == own)
        ]

    def create(self, body: str) -> str:
        self._requests.read("POST", self._notes, _Created, {"body": body}, creates=True)
        return ""

    def update(self, comment: Comment, body: str) -> None:
        self._requests.send("PUT", f"{self._notes}/{comment.key}", {"body": body})

    def delete(self, comment: Comment) -> None:
        self._requests.send("DELETE", f"{self._notes}/{comment.key}")

    def _own(self) -> int | None:
        try:
            return self._requests.read("GET", f"{self._api}/user", _User).id
        except CommentError:
            return None


class _User(Struct):
    id: int


class _Note(Struct):
    id: int
    body: str
    author: _User
    system: bool = False


class _Created(Struct):
    id: int
