"""What becomes of earlier comments, the same on every platform."""

from __future__ import annotations

import pytest
from commenting.azure_server import AzureServer
from commenting.bitbucket_servers import BitbucketCloud
from commenting.forge_server import ForgeServer, Said
from commenting.github_server import GitHubServer
from commenting.gitlab_server import GitLabServer
from commenting.opened import opened

from costlint.commenting import CommentError, post
from costlint.commenting.posting import NOTHING_TO_SAY
from costlint.reports.comment_dialects import DIALECTS


def written(server: ForgeServer, text: str, tag: str = "default", behavior: str = "update", **options: object) -> str:
    """Post a comment of a tag, as the command does."""
    dialect = DIALECTS[server.platform]
    marked = dialect.marked(text, tag)
    return post(
        opened(server),
        marked,
        lambda body: dialect.is_marked(body, tag),
        behavior,  # type: ignore[arg-type]
        said_before=dialect.marked("resolved\n", tag),
        **options,  # type: ignore[arg-type]
    )


def test_a_comment_is_written_and_then_updated_in_place(server: ForgeServer) -> None:
    server.add("thanks for the change")
    assert written(server, "first\n").startswith("wrote a comment")
    assert written(server, "second\n") == "updated the comment"
    assert [body for body in server.bodies() if "first" in body] == []
    assert len([body for body in server.bodies() if "second" in body]) == 1
    assert "thanks for the change" in server.bodies()


def test_a_comment_that_says_so_already_is_left_alone(server: ForgeServer) -> None:
    written(server, "first\n")
    assert written(server, "first\n") == "the comment says so already"
    assert not {one.method for one in server.asked} & {"PUT", "PATCH", "DELETE"}
    assert len(server.bodies()) == 1


def test_tags_do_not_touch_each_other(server: ForgeServer) -> None:
    written(server, "network\n", "network")
    written(server, "data\n", "data")
    written(server, "network again\n", "network")
    written(server, "net\n", "net")
    assert len(server.bodies()) == 3
    assert [word for word in ("network again", "data", "net\n") if any(word in body for body in server.bodies())] == [
        "network again",
        "data",
        "net\n",
    ]


def test_the_earlier_comment_is_found_behind_many_others(server: ForgeServer) -> None:
    for number in range(130):
        server.add(f"comment {number}")
    written(server, "first\n")
    for number in range(130):
        server.add(f"later comment {number}")
    assert written(server, "second\n") == "updated the comment"
    assert len(server.bodies()) == 261


def test_somebody_elses_comment_with_the_marker_is_not_touched(server: ForgeServer) -> None:
    forged = DIALECTS[server.platform].marked("forged\n", "default")
    server.add(forged, foreign=True)
    assert written(server, "ours\n").startswith("wrote a comment")
    assert forged in server.bodies()
    assert written(server, "ours again\n") == "updated the comment"
    assert written(server, "and new\n", behavior="delete-and-new").startswith("wrote a comment")
    assert forged in server.bodies()
    assert len(server.bodies()) == 2


def test_a_quoted_comment_is_not_taken_for_ours(server: ForgeServer) -> None:
    quoted = "> " + DIALECTS[server.platform].marked("ours\n", "default").replace("\n", "\n> ") + "\n\nwhy?"
    server.add(quoted)
    written(server, "ours\n")
    assert quoted in server.bodies()
    assert len(server.bodies()) == 2


def test_new_writes_another_one(server: ForgeServer) -> None:
    written(server, "first\n", behavior="new")
    written(server, "second\n", behavior="new")
    assert len(server.bodies()) == 2


def test_earlier_ones_are_deleted_once_the_new_one_is_there(server: ForgeServer) -> None:
    written(server, "first\n", behavior="new")
    written(server, "second\n", behavior="new")
    done = written(server, "third\n", behavior="delete-and-new")
    assert done.endswith("; deleted 2 earlier")
    assert len(server.bodies()) == 1
    methods = [one.method for one in server.asked if one.method in ("POST", "DELETE") and "graphql" not in one.path]
    assert methods[-3:] == ["POST", "DELETE", "DELETE"]


def test_nothing_is_written_if_there_is_nothing_to_say(server: ForgeServer) -> None:
    for behavior in ("update", "new", "delete-and-new"):
        assert written(server, "text\n", behavior=behavior, worth_saying=False) == NOTHING_TO_SAY
    assert server.bodies() == []


def test_an_earlier_comment_says_that_it_is_resolved(server: ForgeServer) -> None:
    written(server, "dear\n")
    assert written(server, "x\n", worth_saying=False) == "updated the comment: what it said is resolved"
    (body,) = server.bodies()
    assert "resolved" in body
    assert written(server, "x\n", worth_saying=False) == NOTHING_TO_SAY
    assert written(server, "dear again\n") == "updated the comment"


def test_deleting_without_anything_to_say_only_deletes(server: ForgeServer) -> None:
    written(server, "dear\n")
    done = written(server, "x\n", behavior="delete-and-new", worth_saying=False)
    assert done == f"{NOTHING_TO_SAY}; deleted 1 earlier"
    assert server.bodies() == []


def test_an_answer_that_is_lost_does_not_make_a_second_comment(server: ForgeServer) -> None:
    for lost in (Said(502), Said(cut=True)):
        server.fail("POST", lost, done=True)
        written(server, f"{lost.status} {lost.cut}\n", behavior="new")
    assert len(server.bodies()) == 2


def test_what_nobody_wrote_is_written_again(server: ForgeServer) -> None:
    server.fail("POST", Said(500))
    written(server, "text\n", behavior="new")
    assert len(server.bodies()) == 1


def test_only_github_hides(server: ForgeServer) -> None:
    if isinstance(server, GitHubServer):
        written(server, "first\n")
        assert written(server, "second\n", behavior="hide-and-new").endswith("; hid 1 earlier")
        assert written(server, "third\n", behavior="hide-and-new").endswith("; hid 1 earlier")
        assert len(server.bodies()) == 3
        assert ["third" in body for body in server.visible] == [True]
        return
    with pytest.raises(CommentError, match="cannot hide comments; use --behavior update or delete-and-new"):
        written(server, "text\n", behavior="hide-and-new")
    assert server.asked == []


def test_threads_of_azure_wait_for_nobody() -> None:
    with AzureServer() as server:
        assert isinstance(server, AzureServer)
        written(server, "text\n")
        assert server.threads[3]["status"] == "closed"
        assert server.wrong == []


def test_system_notes_of_gitlab_are_no_comments() -> None:
    with GitLabServer() as server:
        assert isinstance(server, GitLabServer)
        server.add(DIALECTS["gitlab"].marked("moved\n", "default"), system=True)
        assert written(server, "text\n") == "wrote a comment"
        assert len(server.bodies()) == 2


def test_who_may_not_ask_who_it_is_updates_its_comment_all_the_same() -> None:
    for maker in (GitLabServer, AzureServer, BitbucketCloud):
        with maker() as server:
            written(server, "first\n")
            server.fail("GET", Said(403, {"message": "insufficient scope"}))
            assert written(server, "second\n") == "updated the comment"
            assert len(server.bodies()) == 1
