"""GitHub's API as docs.github.com documents it, as far as comments of a pull request go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from commenting.forge_server import Asked, ForgeServer, Said, Wrong, only, paged

_LIMIT = 65_536


class GitHubServer(ForgeServer):
    """Pull request 7 of acme/infra, below `base`. `files` are the patches of its change."""

    platform = "github"

    def __init__(self, base: str = "", graphql: str = "/graphql") -> None:
        super().__init__()
        self.base = base
        self.graphql = graphql
        self.comments: dict[int, dict[str, Any]] = {}
        self.files: dict[str, str] = {}
        self.reviews: list[dict[str, Any]] = []
        self.threads: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self._next = 1

    def add(self, body: str, *, foreign: bool = False) -> None:
        self.comments[self._next] = {"body": body, "ours": not foreign, "hidden": False}
        self._next += 1

    def bodies(self) -> list[str]:
        return [one["body"] for one in self.comments.values()]

    @property
    def visible(self) -> list[str]:
        return [one["body"] for one in self.comments.values() if not one["hidden"]]

    def route(self, asked: Asked) -> Said:
        if asked.path == self.graphql and asked.method == "POST":
            return self._graphql(asked.body)
        if not asked.path.startswith(f"{self.base}/repos/acme/infra/"):
            return Said(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"})
        headers = asked.headers
        if headers.get("Accept") != "application/vnd.github+json" or "X-Github-Api-Version" not in headers:
            raise Wrong("no Accept or no version of the API")
        path = asked.path.removeprefix(f"{self.base}/repos/acme/infra")
        return self._rest(asked, path)

    def _rest(self, asked: Asked, path: str) -> Said:
        one = re.fullmatch(r"/issues/comments/(\d+)", path)
        if one:
            return self._change(asked, int(one[1]))
        if (asked.method, path) == ("POST", "/issues/7/comments"):
            only(asked.body, "body")
            self._limited(asked.body["body"])
            self.add(asked.body["body"])
            number = self._next - 1
            return Said(201, {"id": number, "node_id": f"IC_{number}", "html_url": f"{self.url}/pull/7#{number}"})
        if (asked.method, path) == ("GET", "/pulls/7/files"):
            files = [{"filename": name, "status": "modified", "patch": patch} for name, patch in self.files.items()]
            found, following = paged(files, asked.query, "per_page")
            return Said(200, found, self._link(asked, following))
        if (asked.method, path) == ("GET", "/pulls"):
            listed = [pull for pull in self.pulls if pull["label"] == asked.query.get("head")]
            found, following = paged(listed, asked.query, "per_page")
            return Said(200, found, self._link(asked, following))
        if (asked.method, path) == ("POST", "/pulls/7/reviews"):
            return self._review(asked.body)
        return Said(404, {"message": "Not Found"})

    def _change(self, asked: Asked, number: int) -> Said:
        comment = self.comments.get(number)
        if comment is None:
            return Said(404, {"message": "Not Found"})
        if asked.method == "DELETE":
            del self.comments[number]
            return Said(204)
        if asked.method == "PATCH":
            only(asked.body, "body")
            self._limited(asked.body["body"])
            comment["body"] = asked.body["body"]
            return Said(200, {"id": number})
        return Said(405, {"message": "Method Not Allowed"})

    def _limited(self, body: str) -> None:
        if not body or len(body) > _LIMIT:
            raise Wrong("Body is too long (maximum is 65536 characters)")

    def _link(self, asked: Asked, following: int) -> dict[str, str]:
        if not following:
            return {}
        query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": following}.items())
        first = f'<{self.url}{asked.path}?page=1>; rel="first"'
        return {"Link": f'{first}, <{self.url}{asked.path}?{query}>; rel="next"'}

    def _review(self, body: Mapping[str, Any]) -> Said:
        if body.get("event") != "COMMENT" or not body.get("body"):
            raise Wrong("a review has an event, and COMMENT wants a body")
        for comment in body["comments"]:
            only(comment, "path", "line", "side", "body")
            if comment["line"] not in _right_side(self.files.get(comment["path"], "")):
                return Said(422, {"message": "Unprocessable Entity", "errors": ["Line must be part of the diff"]})
            self.threads.append({"body": comment["body"], "ours": True})
        self.reviews.append(dict(body))
        return Said(200, {"id": len(self.reviews)})

    def _graphql(self, body: Mapping[str, Any]) -> Said:
        only(body, "query", "variables")
        query, variables = body["query"], body["variables"]
        if "minimizeComment" in query:
            number = int(variables["subject"].removeprefix("IC_"))
            self.comments[number]["hidden"] = True
            return Said(200, {"data": {"minimizeComment": {"minimizedComment": {"isMinimized": True}}}})
        if (variables["owner"], variables["name"], variables["number"]) != ("acme", "infra", 7):
            message = "Could not resolve to a PullRequest with the number of 8."
            error = {"type": "NOT_FOUND", "path": ["repository"], "message": message}
            return Said(200, {"data": {"repository": {"pullRequest": None}}, "errors": [error]})
        kind = "reviewThreads" if "reviewThreads" in query else "comments"
        nodes = self._threads() if kind == "reviewThreads" else self._nodes()
        start = int(variables["after"] or 0)
        page = {"hasNextPage": start + 100 < len(nodes), "endCursor": str(start + 100)}
        found = {kind: {"nodes": nodes[start : start + 100], "pageInfo": page}}
        return Said(200, {"data": {"repository": {"pullRequest": found}}})

    def _nodes(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"IC_{number}",
                "databaseId": number,
                "body": one["body"],
                "isMinimized": one["hidden"],
                "viewerDidAuthor": one["ours"],
            }
            for number, one in self.comments.items()
        ]

    def _threads(self) -> list[dict[str, Any]]:
        return [
            {"comments": {"nodes": [{"body": one["body"], "viewerDidAuthor": one["ours"]}]}} for one in self.threads
        ]


def _right_side(patch: str) -> set[int]:
    """The lines a comment may be on: those of a hunk, as they are after the change."""
    found: set[int] = set()
    number = 0
    for row in patch.split("\n"):
        if row.startswith("@@"):
            number = int(row.split("+")[1].split(",")[0].split(" ")[0])
        elif row[:1] != "-" and number:
            found.add(number)
            number += 1
    return found
