"""The APIs of Bitbucket Cloud and of Bitbucket Server, as developer.atlassian.com documents them."""

from __future__ import annotations

import re
from typing import Any

from commenting.forge_server import Asked, ForgeServer, Said, Wrong, only, paged

_CLOUD = "/2.0/repositories/acme/infra/pullrequests/7/comments"
_SERVER = "/rest/api/1.0/projects/ACME/repos/infra/pull-requests/7"


class BitbucketCloud(ForgeServer):
    """Pull request 7 of acme/infra."""

    platform = "bitbucket"

    def __init__(self) -> None:
        super().__init__()
        self.comments: dict[int, dict[str, Any]] = {}
        self._next = 501

    def add(self, body: str, *, foreign: bool = False) -> None:
        self.comments[self._next] = {"raw": body, "user": "{other}" if foreign else "{me}", "deleted": False}
        self._next += 1

    def bodies(self) -> list[str]:
        return [one["raw"] for one in self.comments.values() if not one["deleted"]]

    def route(self, asked: Asked) -> Said:
        if (asked.method, asked.path) == ("GET", "/2.0/user"):
            return Said(200, {"uuid": "{me}", "type": "user"})
        one = re.fullmatch(re.escape(_CLOUD) + r"/(\d+)", asked.path)
        if one:
            return self._change(asked, int(one[1]))
        if asked.path != _CLOUD:
            return Said(404, {"type": "error", "error": {"message": "Repository acme/other not found"}})
        if asked.method == "POST":
            self._checked(asked.body)
            self.add(asked.body["content"]["raw"])
            number = self._next - 1
            return Said(201, {"id": number, "links": {"html": {"href": f"{self.url}/acme/infra/7#{number}"}}})
        found, following = paged(list(self.comments.items()), asked.query, "pagelen")
        values = [
            {"id": number, "content": {"raw": one["raw"]}, "user": {"uuid": one["user"]}, "deleted": one["deleted"]}
            for number, one in found
        ]
        more = {"next": f"{self.url}{_CLOUD}?pagelen=100&page={following}"} if following else {}
        return Said(200, {"values": values, "pagelen": 100, **more})

    def _change(self, asked: Asked, number: int) -> Said:
        comment = self.comments[number]
        if comment["user"] != "{me}":
            return Said(403, {"type": "error", "error": {"message": "You do not own this comment"}})
        if asked.method == "PUT":
            self._checked(asked.body)
            comment["raw"] = asked.body["content"]["raw"]
            return Said(200, {"id": number})
        if asked.method == "DELETE":
            comment |= {"deleted": True, "raw": ""}
            return Said(204)
        return Said(405)

    def _checked(self, body: Any) -> None:
        only(body, "content")
        only(body["content"], "raw")
        if len(body["content"]["raw"]) >= 32_768:
            raise Wrong("content.raw: ensure this value has less than 32768 characters")


class BitbucketDataCenter(ForgeServer):
    """Pull request 7 of ACME/infra."""

    platform = "bitbucket"

    def __init__(self) -> None:
        super().__init__()
        self.comments: dict[int, dict[str, Any]] = {}
        self._next = 701

    def add(self, body: str, *, foreign: bool = False) -> None:
        self.comments[self._next] = {"text": body, "version": 0, "author": "other" if foreign else "me"}
        self._next += 1

    def bodies(self) -> list[str]:
        return [one["text"] for one in self.comments.values()]

    def route(self, asked: Asked) -> Said:
        one = re.fullmatch(re.escape(_SERVER) + r"/comments/(\d+)", asked.path)
        if one:
            return self._change(asked, int(one[1]))
        if (asked.method, asked.path) == ("GET", f"{_SERVER}/activities"):
            return self._activities(asked)
        if (asked.method, asked.path) != ("POST", f"{_SERVER}/comments"):
            return Said(404, _error("Project ACME does not exist."))
        only(asked.body, "text")
        if len(asked.body["text"]) >= 32_768:
            return Said(400, _error("Please enter a non-empty value less than 32768 characters"))
        self.add(asked.body["text"])
        return Said(201, {"id": self._next - 1, "version": 0})

    def _activities(self, asked: Asked) -> Said:
        every: list[dict[str, Any]] = [{"id": 1, "action": "OPENED"}, {"id": 2, "action": "APPROVED"}]
        every += [
            {"id": 9000 - number, "action": "COMMENTED", "commentAction": "ADDED", "comment": self._shown(number)}
            for number in sorted(self.comments, reverse=True)
        ]
        start, limit = int(asked.query.get("start", "0")), min(int(asked.query.get("limit", "25")), 100)
        last = start + limit >= len(every)
        page = {"values": every[start : start + limit], "isLastPage": last}
        return Said(200, page | ({"nextPageStart": None} if last else {"nextPageStart": start + limit}))

    def _shown(self, number: int) -> dict[str, Any]:
        one = self.comments[number]
        return {"id": number, "version": one["version"], "text": one["text"], "author": {"name": one["author"]}}

    def _change(self, asked: Asked, number: int) -> Said:
        comment = self.comments[number]
        version = asked.query.get("version") if asked.method == "DELETE" else (asked.body or {}).get("version")
        if str(version) != str(comment["version"]):
            return Said(409, _error("You are attempting to modify a comment based on out-of-date information."))
        if comment["author"] != "me":
            return Said(401, _error("You are not permitted to edit this comment"))
        if asked.method == "PUT":
            only(asked.body, "text", "version")
            comment |= {"text": asked.body["text"], "version": comment["version"] + 1}
            return Said(200, {"id": number})
        if asked.method == "DELETE":
            del self.comments[number]
            return Said(204)
        return Said(405)


def _error(message: str) -> dict[str, Any]:
    return {"errors": [{"context": None, "message": message, "exceptionName": "com.atlassian.bitbucket.Exception"}]}
