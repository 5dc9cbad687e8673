"""What GitHub has of its own: two APIs, folded comments, suggestions on lines, runs for forks."""

from __future__ import annotations

import pytest
from commenting.forge_server import Said
from commenting.github_server import GitHubServer
from commenting.opened import opened

from costlint.commenting import CommentError
from costlint.commenting.errors import Refused
from costlint.commenting.github_review import Note, hunk_lines, marker, review

_COMMIT = "c" * 40
PATCH = """@@ -1,3 +1,4 @@
 region = "us-east-1"
-size = 100
+size = 400
+kind = "gp2"
 zone = "a"
@@ -20 +21,2 @@ module "x" {
 count = 1
+more = 2
\\ No newline at end of file"""


def note(line: int = 3, text: str = 'kind = "gp2"', path: str = "main.tf", key: str = "feed1") -> Note:
    return Note(path, line, key, "what to write", text)


def test_the_lines_of_a_patch_are_those_after_the_change() -> None:
    assert hunk_lines(PATCH) == {
        1: 'region = "us-east-1"',
        2: "size = 400",
        3: 'kind = "gp2"',
        4: 'zone = "a"',
        21: "count = 1",
        22: "more = 2",
    }


def test_a_line_of_the_change_is_commented_on_once(github: GitHubServer) -> None:
    github.files["main.tf"] = PATCH
    forge = opened(github, commit=_COMMIT)
    assert review(forge, [note()], "default") == "commented on one line"
    (sent,) = github.reviews
    assert sent["commit_id"] == _COMMIT
    assert sent["comments"] == [
        {"path": "main.tf", "line": 3, "side": "RIGHT", "body": f"{marker('default', 'feed1')}\nwhat to write"}
    ]
    assert review(forge, [note(line=2, text="size = 400")], "default") == "no further line of the change to comment on"
    assert review(forge, [note(key="feed2")], "default") == "commented on one line"
    assert review(forge, [note()], "other") == "commented on one line"
    assert len(github.reviews) == 3


@pytest.mark.parametrize(
    "outside",
    [
        note(line=10),
        note(path="other.tf"),
        note(text='kind = "gp3"'),
        note(line=0),
    ],
    ids=["not in a hunk", "another file", "another text by now", "no line"],
)
def test_what_is_not_in_the_change_is_left_to_the_comment(github: GitHubServer, outside: Note) -> None:
    github.files["main.tf"] = PATCH
    assert review(opened(github), [outside], "default") == "no further line of the change to comment on"
    assert github.reviews == []


def test_files_and_threads_are_looked_for_on_every_page(github: GitHubServer) -> None:
    github.files = {f"f{number}.tf": PATCH for number in range(150)} | {"main.tf": PATCH}
    github.threads = [{"body": f"talk {number}", "ours": False} for number in range(150)]
    github.threads.append({"body": f"{marker('default', 'feed2')}\nwhat to write", "ours": True})
    github.threads.append({"body": f"{marker('default', 'feed3')}\nforged", "ours": False})
    notes = [note(), note(key="feed2"), note(key="feed3")]
    assert review(opened(github), notes, "default") == "commented on 2 lines"


def test_without_notes_nobody_is_asked(github: GitHubServer) -> None:
    assert review(opened(github), [], "default") == "no line to comment on"
    assert github.asked == []


def test_comments_are_hidden_as_outdated(github: GitHubServer) -> None:
    forge = opened(github)
    forge.create("text")
    (comment,) = forge.comments()
    forge.hide(comment)
    (asked,) = [one for one in github.asked if "minimizeComment" in str(one.body)]
    assert asked.body["variables"] == {"subject": "IC_1"}
    assert "classifier: OUTDATED" in asked.body["query"]
    assert [one.hidden for one in forge.comments()] == [True]


def test_a_pull_request_that_is_not_there_is_said(github: GitHubServer) -> None:
    with pytest.raises(CommentError, match="Could not resolve to a PullRequest"):
        opened(github, number=8).comments()


def test_what_graphql_does_not_allow_is_a_refusal(github: GitHubServer) -> None:
    error = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
    github.fail("POST", Said(200, {"data": None, "errors": [error]}))
    with pytest.raises(Refused, match=r"Resource not accessible by integration.*pull-requests: write"):
        opened(github).comments()


def test_reading_comments_is_asked_again_though_it_is_a_post(github: GitHubServer) -> None:
    waits: list[float] = []
    github.fail("POST", Said(502), Said(cut=True))
    assert opened(github, waits).comments() == []
    assert waits == [1.0, 2.0]


def test_enterprise_server_has_its_apis_side_by_side() -> None:
    with GitHubServer(base="/api/v3", graphql="/api/graphql") as server:
        forge = opened(server, api=f"{server.url}/api/v3")
        forge.create("text")
        assert [one.body for one in forge.comments()] == ["text"]
        assert server.wrong == []


def test_the_pull_request_of_a_run_is_the_open_one_at_its_commit(github: GitHubServer) -> None:
    def pull(number: int, label: str, commit: str) -> dict[str, object]:
        return {"number": number, "label": label, "head": {"sha": commit}}

    github.pulls = [pull(number, "eve:other", _COMMIT) for number in range(20, 30)]
    github.pulls += [pull(5, "eve:patch/1", "d" * 40), pull(6, "eve:patch/1", _COMMIT)]
    assert opened(github, number=0, branch="eve:patch/1", commit=_COMMIT).pull_request() == 6
    assert opened(github, number=0, branch="eve:patch/1", commit="e" * 40).pull_request() == 0
