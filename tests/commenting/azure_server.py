"""Azure DevOps' API as learn.microsoft.com documents it, as far as threads of a pull request go."""

from __future__ import annotations

import re
from typing import Any

from commenting.forge_server import Asked, ForgeServer, Said, Wrong, only

_THREADS = "/acme/platform/_apis/git/repositories/infra/pullRequests/7/threads"


class AzureServer(ForgeServer):
    """Pull request 7 of the repository infra in the project platform of the organization acme."""

    platform = "azure"

    def __init__(self) -> None:
        super().__init__()
        self.threads: dict[int, dict[str, Any]] = {
            1: {"comments": [_comment("me pushed", "other")], "status": None},
            2: {"comments": [], "status": "active"},
        }

    def add(self, body: str, *, foreign: bool = False, status: str = "closed") -> None:
        comments = [_comment(body, "other" if foreign else "me")]
        self.threads[len(self.threads) + 1] = {"comments": comments, "status": status}

    def bodies(self) -> list[str]:
        threads = [thread["comments"] for number, thread in self.threads.items() if number > 2]
        return [comments[0]["content"] for comments in threads if not comments[0].get("isDeleted")]

    def route(self, asked: Asked) -> Said:
        if (asked.method, asked.path) == ("GET", "/acme/_apis/connectionData"):
            return Said(200, {"authenticatedUser": {"id": "me", "providerDisplayName": "Build Service"}})
        if asked.query.get("api-version") != "7.1":
            raise Wrong("No api-version was supplied")
        one = re.fullmatch(re.escape(_THREADS) + r"/(\d+)/comments/(\d+)", asked.path)
        if one:
            return self._change(asked, int(one[1]))
        if asked.path != _THREADS:
            return Said(404, {"message": "TF401180: The requested pull request was not found."})
        if asked.method == "POST":
            only(asked.body, "comments", "status")
            only(asked.body["comments"][0], "parentCommentId", "content", "commentType")
            if len(asked.body["comments"][0]["content"]) > 150_000:
                raise Wrong("A discussion comment cannot be longer than 150000 characters.")
            self.add(asked.body["comments"][0]["content"], status=asked.body["status"])
            return Said(200, {"id": len(self.threads), "status": "closed"})
        value = [{"id": number, "isDeleted": False, **thread} for number, thread in self.threads.items()]
        return Said(200, {"value": value, "count": len(value)})

    def _change(self, asked: Asked, number: int) -> Said:
        comment = self.threads[number]["comments"][0]
        if comment["author"]["id"] != "me":
            return Said(403, {"message": "TF401027: You need the Git 'ContributePullRequest' permission."})
        if asked.method == "PATCH":
            only(asked.body, "content")
            comment["content"] = asked.body["content"]
            return Said(200, comment)
        if asked.method == "DELETE":
            comment |= {"isDeleted": True, "content": None}
            return Said(200)
        return Said(405, {"message": "no such method"})


def _comment(body: str, author: str) -> dict[str, Any]:
    return {"id": 1, "parentCommentId": 0, "content": body, "author": {"id": author}, "commentType": "text"}
