"""Comments on pull requests of GitHub, and of GitHub Enterprise Server.

docs.github.com/rest/issues/comments (a comment of a pull request is one of an issue), docs.github.com/graphql (which
says what this token has written and what is hidden, and hides), docs.github.com/rest/pulls/pulls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import Struct, field

from costlint.commenting.errors import CommentError, Refused
from costlint.commenting.limits import MOST_PAGES
from costlint.commenting.posting import Comment
from costlint.commenting.requests import Clock, Requests
from costlint.commenting.targets import Target

ADVICE = "The job needs the permission pull-requests: write, and the token GITHUB_TOKEN"
_VERSION = "2022-11-28"
_COMMENTS = """query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    comments(first: 100, after: $after) {
      nodes { id databaseId body isMinimized viewerDidAuthor } pageInfo { hasNextPage endCursor } } } } }"""
_HIDE = """mutation($subject: ID!) {
  minimizeComment(input: {subjectId: $subject, classifier: OUTDATED}) { minimizedComment { isMinimized } } }"""


class GitHub:
    """One pull request."""

    title = "GitHub"

    def __init__(self, target: Target, token: str, clock: Clock | None = None) -> None:
        self.target = target
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": _VERSION,
        }
        self.requests = Requests(headers, (token,), ADVICE, clock)
        self.owner, _, self.name = target.repository.partition("/")
        self.repository = f"{target.api}/repos/{quote(self.owner, safe='')}/{quote(self.name, safe='')}"

    def comments(self) -> Sequence[Comment]:
        """Those this token has written. The key is the id of the REST API, a slash, and that of GraphQL."""
        return [
            Comment(f"{node.database_id}/{node.id}", node.body, hidden=node.is_minimized)
            for data in self.listed(_COMMENTS, "comments")
            for node in self.requests.converted(data, list[_Node], self.graphql)
            if node.viewer_did_author
        ]

    def create(self, body: str) -> str:
        url = f"{self.repository}/issues/{self.target.number}/comments"
        return self.requests.read("POST", url, _Created, {"body": body}, creates=True).html_url

    def update(self, comment: Comment, body: str) -> None:
        self.requests.send("PATCH", self._comment(comment), {"body": body})

    def delete(self, comment: Comment) -> None:
        self.requests.send("DELETE", self._comment(comment))

    def hide(self, comment: Comment) -> None:
        self.ask(_HIDE, {"subject": comment.key.partition("/")[2]})

    def pull_request(self) -> int:
        """The number of the open pull request whose branch and last commit the target names, 0 if there is none any
        more: it was closed, or has moved on."""
        head = quote(self.target.branch, safe="")
        for data in self.requests.pages(f"{self.repository}/pulls?state=open&head={head}&per_page=100"):
            for pull in self.requests.converted(data, list[_Pull], self.repository):
                if pull.head.sha == self.target.commit:
                    return pull.number
        return 0

    @property
    def graphql(self) -> str:
        api = self.target.api
        return f"{api.removesuffix('/v3')}/graphql" if api.endswith("/api/v3") else f"{api}/graphql"

    def listed(self, query: str, connection: str) -> Iterator[Any]:
        """The nodes of a connection of the pull request, page by page. Raises CommentError."""
        after: str | None = None
        for _ in range(MOST_PAGES):
            variables = {"owner": self.owner, "name": self.name, "number": self.target.number, "after": after}
            data = self.ask(query, variables)
            try:
                found = data["repository"]["pullRequest"][connection]
                page = found["pageInfo"]
                yield found["nodes"]
                if not page["hasNextPage"]:
                    return
                after = page["endCursor"]
            except (TypeError, KeyError):
                where = f"{self.target.repository} has no pull request {self.target.number}"
                raise CommentError(f"{where}, or none this token sees. {ADVICE}") from None

    def ask(self, query: str, variables: dict[str, Any]) -> Any:
        """What GraphQL answers; a question that fails is no question again. Raises CommentError."""
        answer = self.requests.read("POST", self.graphql, _Answer, {"query": query, "variables": variables})
        if answer.errors:
            first = answer.errors[0]
            if first.type == "FORBIDDEN":
                raise Refused(f"GitHub does not allow this ({first.message}). {ADVICE}", 403)
            raise CommentError(f"GitHub answers: {first.message}. {ADVICE}")
        return answer.data

    def _comment(self, comment: Comment) -> str:
        return f"{self.repository}/issues/comments/{comment.key.partition('/')[0]}"


class _Node(Struct, rename="camel"):
    id: str
    database_id: int
    body: str
    is_minimized: bool
    viewer_did_author: bool


class _Created(Struct):
    html_url: str = ""


class _Head(Struct):
    sha: str


class _Pull(Struct):
    number: int
    head: _Head


class _Error(Struct):
    message: str = ""
    type: str = ""


class _Answer(Struct):
    data: Any = None
    errors: list[_Error] = field(default_factory=list)
