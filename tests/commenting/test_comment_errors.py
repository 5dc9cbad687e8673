"""What a platform may answer instead: waited for, said in a sentence, never with the token in it."""

from __future__ import annotations

import base64

import pytest
from commenting.forge_server import TOKEN, ForgeServer, Said
from commenting.github_server import GitHubServer
from commenting.opened import NOW, opened
from loopback import TLS, LoopbackServer, Reply

from costlint.commenting import CommentError
from costlint.commenting.errors import Refused
from costlint.commenting.requests import Clock, Requests

_BUSY = Said(503, {"message": "Service Unavailable"})


def test_a_busy_server_is_asked_again_after_longer_and_longer(server: ForgeServer) -> None:
    waits: list[float] = []
    server.fail("POST", _BUSY, _BUSY, _BUSY)
    opened(server, waits).create("text")
    assert waits == [1.0, 2.0, 4.0]
    assert server.bodies() == ["text"]


def test_it_is_not_asked_for_ever(server: ForgeServer) -> None:
    waits: list[float] = []
    server.fail("POST", *[_BUSY] * 9)
    with pytest.raises(CommentError, match=r"is busy \(HTTP 503\) \(5 attempts\); run again later"):
        opened(server, waits).create("text")
    assert waits == [1.0, 2.0, 4.0, 8.0]
    server.faults.clear()


@pytest.mark.parametrize(
    ("said", "waited"),
    [
        (Said(429, {"message": "Too Many Requests"}, {"Retry-After": "17"}), 17.0),
        (Said(429, {"message": "Too Many Requests"}), 1.0),
        (Said(429, {}, {"RateLimit-Reset": str(int(NOW) + 33)}), 33.0),
        (Said(503, "<html>", {"Retry-After": "9"}), 9.0),
        (Said(403, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "40"}), 40.0),
        (Said(403, {"message": "You have exceeded a secondary rate limit."}), 60.0),
        (
            Said(403, {}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 55)}),
            55.0,
        ),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(server: ForgeServer, said: Said, waited: float) -> None:
    waits: list[float] = []
    server.fail("POST", said)
    opened(server, waits).create("text")
    assert waits == [waited]
    assert server.bodies() == ["text"]


def test_nobody_waits_for_an_hour(server: ForgeServer) -> None:
    waits: list[float] = []
    server.fail("POST", Said(429, {}, {"Retry-After": "3600"}))
    with pytest.raises(CommentError, match="asks to wait 3,600 s; run again then"):
        opened(server, waits).create("text")
    assert waits == []


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "does not know the token"), (403, "does not allow this"), (404, "is not there, or not for this token")],
)
def test_a_refusal_is_told_at_once_with_what_to_do(server: ForgeServer, status: int, said: str) -> None:
    waits: list[float] = []
    server.fail("POST", Said(status, {"message": "for a reason"}))
    with pytest.raises(Refused, match=said) as told:
        opened(server, waits).create("text")
    assert "(for a reason)" in str(told.value)
    assert "token" in str(told.value).lower()
    assert waits == []


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Validation Failed", "errors": [{"resource": "IssueComment", "message": "is too long"}]},
        {"error": {"message": "is too long"}},
        {"errors": [{"context": "text", "message": "is too long"}]},
        {"error": "is too long"},
        {"message": {"note": ["x"]}, "error": "is too long"},
    ],
)
def test_what_the_platform_says_was_wrong_is_said(server: ForgeServer, body: object) -> None:
    server.fail("POST", Said(422, body))
    with pytest.raises(CommentError, match=r"answers with HTTP 422 \(.*is too long\)"):
        opened(server).create("text")


def test_the_token_is_in_no_sentence(server: ForgeServer) -> None:
    encoded = base64.b64encode(f":{TOKEN}".encode()).decode()
    server.fail("POST", Said(400, {"message": f"bad header {TOKEN} or {encoded}\x1b[31m\n::error::x"}))
    with pytest.raises(CommentError) as told:
        opened(server).create("text")
    assert TOKEN not in str(told.value)
    assert "***" in str(told.value)
    assert "\x1b" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_wrong_token_is_said_and_not_shown(server: ForgeServer) -> None:
    with pytest.raises(Refused, match="does not know the token") as told:
        opened(server, token="wr0ng-one").comments()
    assert "wr0ng-one" not in str(told.value)


def test_a_page_for_people_is_a_token_that_is_not_accepted(server: ForgeServer) -> None:
    server.fail("POST", Said(203, "<!DOCTYPE html><title>Sign In</title>"))
    with pytest.raises(Refused, match="answers with a page for people"):
        opened(server).create("text")


def test_something_else_than_documented_is_said(server: ForgeServer) -> None:
    server.fail("POST", Said(201, [1, 2]))
    with pytest.raises(CommentError, match="does not answer as it is documented to"):
        opened(server).create("text")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nothing_is_written_through_a_redirection(server: ForgeServer, status: int) -> None:
    server.fail("POST", Said(status, {"message": "Moved"}, {"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(CommentError, match=r"has moved \(HTTP 30\d\); name the repository as it is called now"):
        opened(server).create("text")
    assert [one.path for one in server.asked if one.path == "/elsewhere"] == []


def test_no_token_goes_to_another_host() -> None:
    with LoopbackServer() as other, GitHubServer() as server:
        other.routes["/repos/acme/infra/pulls/7/files"] = Reply(body=b"[]")
        where = {"Location": f"{other.url}/repos/acme/infra/pulls/7/files"}
        server.fail("GET", Said(302, {}, where))
        forge = opened(server)
        list(forge.requests.pages(f"{forge.repository}/pulls/7/files"))
        (request,) = other.requests
        assert "Authorization" not in request.headers


@pytest.mark.parametrize("header", ["PRIVATE-TOKEN", "JOB-TOKEN"])
def test_nor_does_gitlabs(header: str) -> None:
    with LoopbackServer() as other, LoopbackServer() as first:
        other.routes["/there"] = Reply(body=b"[]")
        first.routes["/here"] = Reply(302, {"Location": f"{other.url}/there"})
        Requests({header: TOKEN}, (TOKEN,), "", Clock(lambda _: None)).send("GET", f"{first.url}/here")
        assert TOKEN in str(first.requests[0].headers)
        assert TOKEN not in str(other.requests[0].headers)


def test_a_listing_that_goes_on_at_another_host_is_refused() -> None:
    with GitHubServer() as server:
        server.fail("GET", Said(200, [], {"Link": '<https://evil.example/page2>; rel="next"'}))
        forge = opened(server)
        with pytest.raises(CommentError, match="goes on at another host"):
            list(forge.requests.pages(f"{forge.repository}/pulls/7/files"))


def test_a_server_that_is_not_there_is_named() -> None:
    with GitHubServer() as server:
        api = server.url
    waits: list[float] = []
    requests = Requests({}, (), "", Clock(waits.append))
    with pytest.raises(CommentError, match="cannot be reached: connection refused"):
        requests.send("GET", f"{api}/user")
    assert len(waits) == 4


def test_a_certificate_nobody_trusts_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    with LoopbackServer(tls=True) as server:
        server.routes["/x"] = Reply(body=b"{}")
        with pytest.raises(CommentError, match="name your own authority in SSL_CERT_FILE"):
            Requests({}, (), "", Clock(waits.append)).send("GET", f"{server.url}/x")
        assert waits == []
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
        assert Requests({}, (), "", Clock(waits.append)).send("GET", f"{server.url}/x").data == {}


def test_a_proxy_is_used_where_the_environment_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer() as proxy:
        proxy.routes["http://git.example/api"] = Reply(body=b'{"through": "proxy"}')
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        found = Requests({}, (), "", Clock(lambda _: None)).send("GET", "http://git.example/api")
        assert found.data == {"through": "proxy"}
