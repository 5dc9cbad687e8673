"""Comments on the lines of a change on GitHub, with what to write instead, as one review.

docs.github.com/rest/pulls/reviews ("Create a review for a pull request": lines have to be part of the diff),
docs.github.com/rest/pulls/pulls ("List pull requests files"), docs.github.com, "Incorporating feedback in your pull
request" (suggestions).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from costlint.commenting.github import GitHub
from costlint.commenting.limits import MOST_INLINE

_THREADS = """query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(first: 100, after: $after) {
      nodes { comments(first: 1) { nodes { body viewerDidAuthor } } } pageInfo { hasNextPage endCursor } } } } }"""
_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class Note(NamedTuple):
    """A comment on a line. `key` tells it from every other, wherever its line moves; `text` is the line as it was
    read, "" if that is not known."""

    path: str
    line: int
    key: str
    body: str
    text: str = ""


def review(github: GitHub, notes: Sequence[Note], tag: str) -> str:
    """Comment on the lines that are part of the change and were not commented on before; a sentence about what was
    done. Raises CommentError."""
    if not notes:
        return "no line to comment on"
    changed = _lines(github)
    inside = [note for note in notes if _is_in(changed.get(note.path, {}), note)]
    known = _known(github) if inside else set()
    new = [note for note in inside if marker(tag, note.key) not in known][:MOST_INLINE]
    if not new:
        return "no further line of the change to comment on"
    lines = "one line" if len(new) == 1 else f"{len(new)} lines"
    comments = [
        {"path": note.path, "line": note.line, "side": "RIGHT", "body": f"{marker(tag, note.key)}\n{note.body}"}
        for note in new
    ]
    body = {"event": "COMMENT", "body": f"costlint has a suggestion for {lines} of this change.", "comments": comments}
    commit = {"commit_id": github.target.commit} if github.target.commit else {}
    github.requests.send(
        "POST", f"{github.repository}/pulls/{github.target.number}/reviews", {**body, **commit}, creates=True
    )
    return f"commented on {lines}"


def marker(tag: str, key: str) -> str:
    """What a comment on a line is known by."""
    return f"<!-- costlint:tag={tag} finding={re.sub(r'[^0-9A-Za-z]', '', key)[:64]} -->"


def hunk_lines(patch: str) -> dict[int, str]:
    """The lines of a file as they are after the change, as far as its patch shows them."""
    found: dict[int, str] = {}
    number = 0
    for row in patch.split("\n"):
        start = _HUNK.match(row)
        if start:
            number = int(start[1])
        elif number and row[:1] in ("+", " "):
            found[number] = row[1:].rstrip("\r")
            number += 1
    return found


def _is_in(lines: dict[int, str], note: Note) -> bool:
    """Whether a line is part of the change and reads as it was read: the file may have moved on since."""
    return note.line in lines and (not note.text or lines[note.line] == note.text)


def _lines(github: GitHub) -> dict[str, dict[int, str]]:
    url = f"{github.repository}/pulls/{github.target.number}/files?per_page=100"
    files = [one for data in github.requests.pages(url) for one in github.requests.converted(data, list[_File], url)]
    return {one.filename: hunk_lines(one.patch) for one in files}


def _known(github: GitHub) -> set[str]:
    """The first lines of what this token has said on lines before."""
    found = set()
    for data in github.listed(_THREADS, "reviewThreads"):
        for thread in github.requests.converted(data, list[_Thread], github.graphql):
            found |= {one.body.partition("\n")[0].strip() for one in thread.comments.nodes if one.viewer_did_author}
    return found


class _File(Struct):
    filename: str
    patch: str = ""


class _Comment(Struct, rename="camel"):
    body: str
    viewer_did_author: bool


class _Comments(Struct):
    nodes: list[_Comment]


class _Thread(Struct):
    comments: _Comments
