"""Fetching from a module registry: versions, tokens, and where packages come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loopback import TLS, LoopbackServer, Reply, Request, tarred, zipped
from module_fetching import failures, fetched, pins, types
from module_servers import DISK, Remote, calling, serve_registry, use_registry

from costlint.readers.terraform.sourcing.lock import LOCK_NAME


def serve(
    server: LoopbackServer, module: str, *versions: str, token: str = "", files: dict[str, str] | None = None
) -> None:
    """A module whose versions are zip archives of the server."""
    serve_registry(server, module, *versions, location=f"{server.url}/{module}/{{version}}.zip", token=token)
    for version in versions:
        server.routes[f"/{module}/{version}.zip"] = Reply(body=zipped(files or {"main.tf": DISK % version}))


@pytest.mark.parametrize(
    ("constraint", "chosen"),
    [("~> 5.0", "5.10.0"), ("~> 5.1.0", "5.1.2"), ("5.0.0", "5.0.0"), ("", "6.0.0"), ("7.0.0-beta.1", "7.0.0-beta.1")],
)
def test_the_newest_version_that_fits_is_fetched(
    machine: Path, server: LoopbackServer, constraint: str, chosen: str
) -> None:
    use_registry(server)
    serve(server, "acme/disk/aws", "5.0.0", "5.1.2", "5.10.0", "6.0.0", "7.0.0-beta.1")
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws", constraint))
    assert failures(fetched()) == []
    assert types() == {"module.m.aws_ebs_volume.d": chosen}
    (pin,) = pins()
    assert (pin["source"], pin.get("version", ""), pin["resolved"]) == (
        "registry.test/acme/disk/aws",
        constraint,
        chosen,
    )


def test_two_constraints_on_one_module_are_two_pins(machine: Path, server: LoopbackServer) -> None:
    use_registry(server)
    serve(server, "acme/disk/aws", "1.0.0", "2.0.0")
    source = "registry.test/acme/disk/aws"
    (machine / "main.tf").write_text(calling("a", source, "~> 1.0") + calling("b", source, ">= 1.0"))
    fetched()
    assert types() == {"module.a.aws_ebs_volume.d": "1.0.0", "module.b.aws_ebs_volume.d": "2.0.0"}
    assert server.paths().count("/v1/acme/disk/aws/versions") == 1


def test_a_version_that_does_not_exist_is_said_with_the_newest(machine: Path, server: LoopbackServer) -> None:
    use_registry(server)
    serve(server, "acme/disk/aws", "1.0.0", "1.2.0")
    (machine / "main.tf").write_text(
        calling("a", "registry.test/acme/disk/aws", "~> 9.0") + calling("b", "registry.test/acme/disk/aws", "latest")
    )
    assert failures(fetched()) == [
        "no version of registry.test/acme/disk/aws meets ~> 9.0; the newest is 1.2.0",
        '"latest" is no version constraint (such as "~> 5.0, >= 5.1.2")',
    ]


def test_the_pinned_version_is_kept_until_it_is_updated(
    machine: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_registry(server)
    serve(server, "acme/disk/aws", "1.0.0")
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws", "~> 1.0"))
    fetched()
    serve(server, "acme/disk/aws", "1.0.0", "1.1.0")
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(machine.parent / "another machine"))
    fetched()
    assert types() == {"module.m.aws_ebs_volume.d": "1.0.0"}
    fetched(update=True)
    assert types() == {"module.m.aws_ebs_volume.d": "1.1.0"}


def test_the_directory_the_registry_names_comes_before_the_one_of_the_call(
    machine: Path, server: LoopbackServer, tmp_path: Path
) -> None:
    use_registry(server)
    files = {"net-1.0.0/modules/a/main.tf": calling("d", "../disk"), "net-1.0.0/modules/disk/main.tf": DISK % "gp2"}
    serve_registry(server, "acme/net/aws", "1.0.0", location=f"{server.url}/tarball//*?archive=tar.gz")
    server.routes["/tarball"] = Reply(body=tarred(files))
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/net/aws//modules/a"))
    assert failures(fetched()) == []
    assert types() == {"module.m.module.d.aws_ebs_volume.d": "gp2"}
    assert pins()[0]["directory"] == "net-1.0.0"


def test_modules_of_registries_call_modules_of_registries(machine: Path, server: LoopbackServer) -> None:
    use_registry(server)
    serve(server, "acme/disk/aws", "1.0.0", "1.1.0")
    serve(server, "acme/net/aws", "3.0.0", files={"main.tf": calling("d", "registry.test/acme/disk/aws", "< 1.1")})
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/net/aws"))
    outcome = fetched()
    assert types() == {"module.m.module.d.aws_ebs_volume.d": "1.0.0"}
    assert [pin["resolved"] for pin in pins()] == ["1.0.0", "3.0.0"]
    assert [site.file for site in outcome.sites] == ["main.tf", "registry.test/acme/net/aws@3.0.0/main.tf"]


def test_modules_that_call_each_other_come_to_an_end(machine: Path, server: LoopbackServer) -> None:
    use_registry(server)
    serve(server, "acme/a/aws", "1.0.0", files={"main.tf": calling("b", "registry.test/acme/b/aws")})
    serve(server, "acme/b/aws", "1.0.0", files={"main.tf": calling("a", "registry.test/acme/a/aws")})
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/a/aws"))
    assert [site.address for site in fetched().sites] == [
        "module.m",
        "module.m.module.b",
        "module.m.module.b.module.a",
    ]


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (
            "",
            "registry.test asks for a token (HTTP 401): set TF_TOKEN_registry_test, or run terraform login regist",
        ),
        ("wrong", "registry.test does not accept the token it is given (HTTP 401): set TF_TOKEN_registry_test"),
    ],
)
def test_a_registry_that_asks_for_a_token_is_a_sentence_without_it(
    machine: Path, server: LoopbackServer, token: str, why: str
) -> None:
    use_registry(server, token=token)
    serve(server, "acme/disk/aws", "1.0.0", token="right")
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws"))
    (failure,) = failures(fetched())
    assert failure.startswith(why)
    assert "wrong" not in failure


@pytest.mark.parametrize("way", ["configuration", "environment"])
def test_the_token_terraform_uses_opens_the_registry_and_goes_nowhere_else(
    machine: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    use_registry(server, token="right" if way == "configuration" else "")
    if way == "environment":
        monkeypatch.setenv("TF_TOKEN_registry_test", "right")
    serve(server, "acme/disk/aws", "1.0.0", token="right")
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws"))
    assert failures(fetched()) == []
    archive = next(request for request in server.requests if request.path.endswith(".zip"))
    assert "Authorization" not in archive.headers
    assert not any(
        "right" in path.read_text(errors="replace") for path in machine.parent.rglob("cache/**/*") if path.is_file()
    )
    assert "right" not in Path(LOCK_NAME).read_text()


def test_a_token_is_not_taken_along_by_a_redirection(machine: Path, server: LoopbackServer) -> None:
    with LoopbackServer() as elsewhere:
        elsewhere.routes["/versions"] = Reply(body=b'{"modules": [{"versions": []}]}')
        server.routes["/v1/acme/disk/aws/versions"] = Reply(302, {"Location": f"{elsewhere.url}/versions"})
        use_registry(server, token="right")
        (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws"))
        assert failures(fetched()) == ["no version of registry.test/acme/disk/aws is a release; there are none"]
        assert server.requests[0].headers["Authorization"] == "Bearer right"
        assert "Authorization" not in elsewhere.requests[0].headers


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("file:///etc", "file:///etc is of no kind that is fetched"),
        ("git::file:///srv/a.git", "file:///srv/a.git is refused: git modules are fetched over https and ssh"),
        ("git::http://x.io/a.git", "http://x.io/a.git is refused: git modules are fetched over https and ssh"),
        ("acme/other/aws", "registry.terraform.io/acme/other/aws is of no kind that is fetched"),
        ("", "does not say where the module is (no X-Terraform-Get)"),
    ],
)
def test_a_registry_cannot_send_costlint_to_places_on_this_machine(
    machine: Path, server: LoopbackServer, location: str, why: str
) -> None:
    use_registry(server)
    serve_registry(server, "acme/disk/aws", "1.0.0", location=location)
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws"))
    (failure,) = failures(fetched())
    assert why in failure


def test_a_location_may_be_relative_or_in_the_body(machine: Path, server: LoopbackServer) -> None:
    use_registry(server)
    serve(server, "acme/disk/aws", "1.0.0", "2.0.0")
    serve_registry(server, "acme/disk/aws", "1.0.0", "2.0.0", location="/acme/disk/aws/{version}.zip")
    body = json.dumps({"location": f"{server.url}/acme/disk/aws/2.0.0.zip"}).encode()
    server.routes["/v1/acme/disk/aws/2.0.0/download"] = Reply(200, {}, body)
    source = "registry.test/acme/disk/aws"
    (machine / "main.tf").write_text(calling("a", source, "1.0.0") + calling("b", source, "2.0.0"))
    assert failures(fetched()) == []
    assert types() == {"module.a.aws_ebs_volume.d": "1.0.0", "module.b.aws_ebs_volume.d": "2.0.0"}


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(404), "registry.test has no acme/disk/aws, or does not show it without a token"),
        (Reply(500), "/v1/acme/disk/aws/versions answers with HTTP 500"),
        (Reply(body=b"<html>"), "/v1/acme/disk/aws/versions does not answer in JSON"),
        (Reply(body=b"[]"), "/v1/acme/disk/aws/versions does not answer with a list of versions"),
        (Reply(body=b"[" * 200_000), "/v1/acme/disk/aws/versions does not answer in JSON"),
        (
            Reply(302, {"Location": "file:///etc/passwd"}),
            "/v1/acme/disk/aws/versions redirects to file://, which is refused",
        ),
        (Reply(302, {"Location": "ftp://x/y"}), "/v1/acme/disk/aws/versions redirects to ftp://, which is refused"),
        (Reply(body=b'{"modules": [{"versions": [{"version": "one"}]}]}'), "is a release; there are none"),
    ],
)
def test_an_answer_that_is_none_is_a_sentence(machine: Path, server: LoopbackServer, reply: Reply, why: str) -> None:
    use_registry(server)
    server.routes["/v1/acme/disk/aws/versions"] = reply
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws"))
    (failure,) = failures(fetched())
    assert failure.endswith(why)


def test_a_server_that_is_not_there_is_a_sentence(machine: Path, server: LoopbackServer) -> None:
    use_registry(server)
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws"))
    server.stop()
    (failure,) = failures(fetched())
    assert failure == f"{server.host} cannot be reached: connection refused"


def test_an_archive_that_changed_under_its_version_is_refused(
    machine: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_registry(server)
    serve(server, "acme/disk/aws", "1.0.0")
    (machine / "main.tf").write_text(calling("m", "registry.test/acme/disk/aws"))
    fetched()
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(machine.parent / "another machine"))
    serve(server, "acme/disk/aws", "1.0.0", files={"main.tf": DISK % "evil"})
    (failure,) = failures(fetched())
    assert failure.startswith(f"what registry.test/acme/disk/aws gives is not what {LOCK_NAME} pins (checksum h1:")
    assert types() == {}


def test_registries_are_discovered_over_trusted_https(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer(tls=True) as server:
        server.routes["/.well-known/terraform.json"] = Reply(body=b'{"modules.v1": "/v1/"}')
        serve(server, "acme/disk/aws", "1.0.0")
        (machine / "main.tf").write_text(calling("m", f"{server.host}/acme/disk/aws"))
        (failure,) = failures(fetched())
        assert failure.startswith(f"the certificate of {server.host} is not trusted")
        assert failure.endswith("name your own authority in SSL_CERT_FILE")
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
        assert failures(fetched()) == []
        assert types() == {"module.m.aws_ebs_volume.d": "1.0.0"}


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(404), "is no module registry"),
        (Reply(body=b"{}"), "is no module registry"),
        (Reply(body=b'{"modules.v1": "http://127.0.0.1/v1/"}'), "which is not https"),
        (Reply(302, {"Location": "http://127.0.0.1/"}), "redirects from https to http, which is refused"),
    ],
)
def test_a_host_without_a_registry_is_a_sentence(
    machine: Path, monkeypatch: pytest.MonkeyPatch, reply: Reply, why: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    with LoopbackServer(tls=True) as server:
        server.routes["/.well-known/terraform.json"] = reply
        (machine / "main.tf").write_text(calling("m", f"{server.host}/acme/disk/aws"))
        (failure,) = failures(fetched())
        assert why in failure


def test_a_registry_may_lead_to_git(machine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Over https in earnest: git reads the repository from the server as it lies on disk."""
    remote = Remote(tmp_path / "net")
    remote.commit({"modules/a/main.tf": DISK % "gp2"}, tag="v1.0.0")
    remote.git("--git-dir", str(remote.bare), "update-server-info")
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    monkeypatch.setenv("GIT_SSL_CAINFO", str(TLS / "ca.pem"))

    def file_of_repository(request: Request) -> Reply:
        file = remote.bare / request.path.partition("?")[0].removeprefix("/net.git/")
        return Reply(body=file.read_bytes()) if file.is_file() else Reply(404)

    with LoopbackServer(tls=True) as server:
        server.routes["/.well-known/terraform.json"] = Reply(body=b'{"modules.v1": "/v1/"}')
        serve_registry(server, "acme/net/aws", "1.0.0", location=f"git::{server.url}/net.git//modules?ref=v1.0.0")
        for file in remote.bare.rglob("*"):
            server.routes[f"/net.git/{file.relative_to(remote.bare)}"] = file_of_repository
        (machine / "main.tf").write_text(calling("m", f"{server.host}/acme/net/aws//a"))
        assert failures(fetched()) == []
    assert types() == {"module.m.aws_ebs_volume.d": "gp2"}
    assert (pins()[0]["resolved"], pins()[0]["directory"]) == ("1.0.0", "modules")
