"""GitLab's API as docs.gitlab.com documents it, as far as notes of a merge request go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from commenting.forge_server import TOKEN, Asked, ForgeServer, Said, Wrong, only, paged

_NOTES = "/api/v4/projects/acme%2Finfra/merge_requests/7/notes"


class GitLabServer(ForgeServer):
    """Merge request 7 of acme/infra, asked by somebody who may change everybody's notes, as maintainers may."""

    platform = "gitlab"

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[int, dict[str, Any]] = {}
        self._next = 301

    def is_known(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Private-Token") == TOKEN and "Authorization" not in headers

    def add(self, body: str, *, foreign: bool = False, system: bool = False) -> None:
        self.notes[self._next] = {"body": body, "author": 2 if foreign else 1, "system": system}
        self._next += 1

    def bodies(self) -> list[str]:
        return [one["body"] for one in self.notes.values()]

    def route(self, asked: Asked) -> Said:
        if (asked.method, asked.path) == ("GET", "/api/v4/user"):
            return Said(200, {"id": 1, "username": "project_1_bot"})
        one = re.fullmatch(re.escape(_NOTES) + r"/(\d+)", asked.path)
        if one and int(one[1]) in self.notes:
            return self._change(asked, int(one[1]))
        if asked.path != _NOTES:
            return Said(404, {"message": "404 Not found"})
        if asked.method == "POST":
            only(asked.body, "body")
            if len(asked.body["body"]) > 1_000_000:
                raise Wrong("Note is too long (maximum is 1000000 characters)")
            self.add(asked.body["body"])
            return Said(201, {"id": self._next - 1, "body": asked.body["body"]})
        found, following = paged(list(self.notes.items()), asked.query, "per_page")
        notes = [
            {"id": number, "body": note["body"], "author": {"id": note["author"]}, "system": note["system"]}
            for number, note in found
        ]
        return Said(200, notes, {"X-Next-Page": str(following or ""), "X-Per-Page": "100"})

    def _change(self, asked: Asked, number: int) -> Said:
        if asked.method == "PUT":
            only(asked.body, "body")
            self.notes[number]["body"] = asked.body["body"]
            return Said(200, {"id": number})
        if asked.method == "DELETE":
            del self.notes[number]
            return Said(204)
        return Said(405, {"error": "405 Not Allowed"})
