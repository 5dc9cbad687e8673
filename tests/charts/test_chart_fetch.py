"""Charts come from HTTP and OCI repositories into the cache, checked and pinned, and a scan reads them from there."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from loopback import LoopbackServer, Reply, Request, tarred

from costlint.charts import Outcome, asked_for, fetch
from costlint.cli import costlint
from costlint.cli.failures import run
from costlint.config import Config
from costlint.pipeline import survey
from costlint.readers.helm.engines import Cluster, open_engine
from costlint.readers.helm.pins import LOCK_NAME

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  replicas: {{ .Values.replicas }}\n"
BASIC = "Basic " + base64.b64encode(b"me:secret").decode()


def packed(version: str, name: str = "api", **more: str) -> bytes:
    """The archive of a chart."""
    return tarred(
        {
            f"{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\n",
            f"{name}/values.yaml": "replicas: 1\n",
            f"{name}/templates/api.yaml": DEPLOYMENT,
            **more,
        }
    )


def serve(server: LoopbackServer, *versions: str, digest: str = "", **more: str) -> str:
    """An HTTP repository with these versions of one chart; its URL."""
    entries = []
    for version in versions:
        archive = packed(version, **more)
        server.routes[f"/charts/api-{version}.tgz"] = Reply(body=archive, headers={"ETag": f'"{version}"'})
        stated = digest or hashlib.sha256(archive).hexdigest()
        entries.append({"version": version, "urls": [f"api-{version}.tgz"], "digest": stated})
    index = yaml.safe_dump({"apiVersion": "v1", "entries": {"api": entries}})
    server.routes["/charts/index.yaml"] = Reply(body=index.encode())
    return f"{server.url}/charts"


def serve_oci(server: LoopbackServer, *versions: str, token: str = "", login: str = "") -> str:
    """An OCI registry with these versions of one chart; with a token, and a login to get it, if they are given."""

    def guarded(reply: Reply) -> Callable[[Request], Reply]:
        challenge = f'Bearer realm="{server.url}/token",service="registry",scope="repository:team/api:pull"'

        def answer(request: Request) -> Reply:
            if token and request.headers.get("Authorization") != f"Bearer {token}":
                return Reply(401, {"WWW-Authenticate": challenge})
            return reply

        return answer

    def give(request: Request) -> Reply:
        if login and request.headers.get("Authorization") != login:
            return Reply(401)
        return Reply(body=json.dumps({"token": token}).encode())

    server.routes["/token"] = give
    tags = [version.replace("+", "_") for version in versions]
    server.routes["/v2/team/api/tags/list"] = guarded(Reply(body=json.dumps({"tags": tags}).encode()))
    for version, tag in zip(versions, tags, strict=True):
        archive = packed(version)
        digest = f"sha256:{hashlib.sha256(archive).hexdigest()}"
        layer = {"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": digest}
        server.routes[f"/v2/team/api/manifests/{tag}"] = guarded(Reply(body=json.dumps({"layers": [layer]}).encode()))
        server.routes[f"/v2/team/api/blobs/{digest}"] = guarded(Reply(body=archive))
    return f"oci://{server.host}/team"


def deploy(repository: str, version: str = "", chart: str = "api") -> None:
    """A Terraform root that deploys a chart."""
    Path("main.tf").write_text(
        f'resource "helm_release" "api" {{\n  name = "api"\n  repository = "{repository}"\n  chart = "{chart}"\n'
        f'  version = "{version}"\n  set {{\n    name = "replicas"\n    value = 5\n  }}\n}}\n'
    )


def fetched(server: LoopbackServer, update: bool = False) -> Outcome:
    return fetch(["."], Config(), lambda *_: None, update, frozenset((server.host,)))


def failure(outcome: Outcome) -> str:
    ((_, why),) = outcome.failures
    return why


def pins() -> list[dict[str, str]]:
    return json.loads(Path(LOCK_NAME).read_text())["charts"]


def test_the_newest_version_that_fits_comes_from_an_http_repository(server: LoopbackServer) -> None:
    deploy(serve(server, "1.0.0", "1.2.0", "2.0.0"), "~1")
    outcome = fetched(server)
    assert not outcome.failures
    assert [(pin["version"], pin["resolved"], pin["directory"]) for pin in pins()] == [("~1", "1.2.0", "api")]
    assert [one.here for one in outcome.asked] == [True]


def test_a_chart_that_is_here_is_not_fetched_again(server: LoopbackServer) -> None:
    deploy(serve(server, "1.0.0"))
    fetched(server)
    before = len(server.requests)
    outcome = fetched(server)
    assert (outcome.fetched, len(server.requests)) == ([], before)


def test_a_pinned_version_stays_until_it_is_updated(server: LoopbackServer) -> None:
    deploy(serve(server, "1.0.0"))
    fetched(server)
    serve(server, "1.0.0", "1.1.0")
    assert fetched(server).fetched == []
    assert [pin.resolved for pin in fetched(server, update=True).fetched] == ["1.1.0"]


@pytest.mark.skipif(open_engine(Cluster()) is None, reason="nothing here renders charts")
def test_a_scan_reads_what_was_fetched_with_the_values_it_is_given(server: LoopbackServer) -> None:
    deploy(serve(server, "1.0.0"))
    before = [resource.type for stack in survey(["."], Config()) for resource in stack.resources]
    assert "HelmValues" in before
    fetched(server)
    server.stop()
    found = [resource for stack in survey(["."], Config()) for resource in stack.resources]
    assert [one.type for one in found if one.type != "helm_release"] == ["Deployment"]
    deployment = next(one for one in found if one.type == "Deployment")
    assert deployment.get("spec.replicas") == 5
    location = deployment.locator.locate(("spec", "replicas"))
    assert location is not None
    assert str(location.span) == "main.tf:8:13"
    assert deployment.span.file == "api@1.0.0/api/templates/api.yaml"


def test_a_chart_comes_from_an_oci_registry(server: LoopbackServer) -> None:
    deploy(serve_oci(server, "1.0.0", "1.1.0+build"), "1.x")
    outcome = fetched(server)
    assert not outcome.failures
    assert [pin.resolved for pin in outcome.fetched] == ["1.1.0+build"]


def test_the_chart_may_be_named_by_the_address_alone(server: LoopbackServer) -> None:
    repository = serve_oci(server, "1.0.0")
    deploy("", "1.0.0", f"{repository}/api")
    outcome = fetched(server)
    assert [(pin.repository, pin.chart, pin.resolved) for pin in outcome.fetched] == [
        (f"{repository}/api", "api", "1.0.0")
    ]


@pytest.mark.parametrize("place", ["home/.config/helm/registry/config.json", "home/.docker/config.json"])
def test_a_token_is_asked_for_with_the_login_helm_or_docker_keep(
    repository: Path, server: LoopbackServer, place: str
) -> None:
    deploy(serve_oci(server, "1.0.0", token="t0ken", login=BASIC))
    config = repository.parent / place
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"auths": {server.host: {"auth": BASIC.removeprefix("Basic ")}}}))
    assert not fetched(server).failures


@pytest.mark.skipif(os.name == "nt", reason="the helper is a shell script")
def test_a_credential_helper_is_asked(
    repository: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(serve_oci(server, "1.0.0", token="t0ken", login=BASIC))
    programs = repository.parent / "bin"
    programs.mkdir()
    helper = programs / "docker-credential-vault"
    helper.write_text('#!/bin/sh\necho \'{"Username": "me", "Secret": "secret"}\'\n')
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    config = repository.parent / "home/.docker/config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"credHelpers": {server.host: "vault"}}))
    assert not fetched(server).failures


def test_without_a_login_the_sentence_says_how_to_get_one(server: LoopbackServer) -> None:
    deploy(serve_oci(server, "1.0.0", token="t0ken", login=BASIC))
    assert failure(fetched(server)) == (
        f"{server.host} does not accept the credentials it is given: helm registry login {server.host}"
    )


def test_the_login_of_an_http_repository_is_that_of_helm_repo_add(repository: Path, server: LoopbackServer) -> None:
    url = serve(server, "1.0.0")
    open_routes = dict(server.routes)
    for path, reply in open_routes.items():
        server.routes[path] = lambda request, reply=reply: (
            reply if request.headers.get("Authorization") == BASIC else Reply(401)
        )
    deploy(url)
    assert "asks for credentials (HTTP 401)" in failure(fetched(server))
    config = repository.parent / "home/.config/helm/repositories.yaml"
    config.parent.mkdir(parents=True)
    config.write_text(f"repositories:\n- {{name: x, url: {url}, username: me, password: secret}}\n")
    assert not fetched(server).failures


def test_a_login_does_not_go_to_the_host_archives_are_on(repository: Path, server: LoopbackServer) -> None:
    with LoopbackServer() as other:
        archive = packed("1.0.0")
        other.routes["/api.tgz"] = Reply(body=archive)
        entry = {"version": "1.0.0", "urls": [f"{other.url}/api.tgz"]}
        server.routes["/charts/index.yaml"] = Reply(body=yaml.safe_dump({"entries": {"api": [entry]}}).encode())
        deploy(f"{server.url.replace('://', '://me:secret@')}/charts")
        assert not fetched(server).failures
        assert server.requests[0].headers["Authorization"] == BASIC
        assert "Authorization" not in other.requests[0].headers
    assert "secret" not in Path(LOCK_NAME).read_text()


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("9.0.0", "api has no version that fits 9.0.0; the newest is 1.0.0"),
        ("latest", 'api: "latest" is no version constraint'),
    ],
)
def test_a_version_that_does_not_exist_is_said(server: LoopbackServer, version: str, why: str) -> None:
    deploy(serve(server, "1.0.0"), version)
    assert failure(fetched(server)).startswith(why)


def test_an_archive_that_is_not_what_the_index_says_is_refused(server: LoopbackServer) -> None:
    deploy(serve(server, "1.0.0", digest="0" * 64))
    assert "the download is not what its checksum says" in failure(fetched(server))
    assert not Path(LOCK_NAME).exists()


def test_an_archive_that_was_exchanged_is_not_what_is_pinned(server: LoopbackServer, tmp_path: Path) -> None:
    deploy(serve(server, "1.0.0"))
    fetched(server)
    for manifest in (tmp_path / "cache" / "modules").glob("*/manifest"):
        manifest.write_text("tampered")
    serve(server, "1.0.0", **{"api/templates/more.yaml": "# more"})
    assert "is not what .costlint.charts.lock pins" in failure(fetched(server))


def test_an_archive_with_paths_that_lead_out_is_refused(server: LoopbackServer) -> None:
    deploy(serve(server, "1.0.0", **{"../../out.yaml": "x"}))
    assert "a path that leads out of it" in failure(fetched(server))


def test_a_download_that_stops_short_is_gone_on_with(server: LoopbackServer) -> None:
    url = serve(server, "1.0.0")
    whole = server.routes["/charts/api-1.0.0.tgz"]
    assert isinstance(whole, Reply)

    def partly(request: Request) -> Reply:
        asked = request.headers.get("Range")
        if asked is None:
            return whole._replace(cut=100)
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        length = len(whole.body)
        return Reply(
            206, {"Content-Range": f"bytes {start}-{length - 1}/{length}", "ETag": '"1.0.0"'}, whole.body[start:]
        )

    server.routes["/charts/api-1.0.0.tgz"] = partly
    deploy(url)
    assert not fetched(server).failures
    assert [request.headers.get("Range") for request in server.requests if request.path.endswith(".tgz")] == [
        None,
        "bytes=100-",
    ]


def test_one_chart_that_fails_stops_no_other(server: LoopbackServer) -> None:
    deploy(serve(server, "1.0.0"))
    release = f'  name = "x"\n  chart = "gone"\n  repository = "{server.url}/charts"\n'
    Path("more.tf").write_text(f'resource "helm_release" "x" {{\n{release}}}\n')
    outcome = fetched(server)
    assert [pin.chart for pin in outcome.fetched] == ["api"]
    assert failure(outcome) == f"{server.url}/charts has no chart gone"


def test_a_broken_lock_file_ends_in_a_sentence(server: LoopbackServer, capsys: pytest.CaptureFixture[str]) -> None:
    deploy(serve(server, "1.0.0"))
    Path(LOCK_NAME).write_text("{")
    assert run(costlint, ["charts", "fetch"]) == 3
    assert "is no lock file of charts" in capsys.readouterr().err


def test_the_command_lists_and_fetches(server: LoopbackServer, capsys: pytest.CaptureFixture[str]) -> None:
    url = serve(server, "1.0.0")
    deploy(url, "^1")
    assert run(costlint, ["charts", "list"]) == 0
    assert capsys.readouterr().out == (
        f"main.tf:1:1  api ^1 ({url})\n    ✗ not here: costlint charts fetch\n0 of 1 chart from elsewhere can be read\n"
    )
    assert run(costlint, ["charts", "fetch"]) == 0
    assert capsys.readouterr().out == (
        f"fetched  api 1.0.0 ({url})\nwrote    {LOCK_NAME}\n1 of 1 chart from elsewhere can be read\n"
    )
    run(costlint, ["charts", "list"])
    assert "→ 1.0.0 in the cache" in capsys.readouterr().out
    assert [one.here for one in asked_for(["."], Config())] == [True]


def test_what_could_not_be_fetched_has_a_place(server: LoopbackServer, capsys: pytest.CaptureFixture[str]) -> None:
    deploy(serve(server, "1.0.0"), "2.0.0")
    assert run(costlint, ["charts", "fetch", "-q"]) == 3
    assert capsys.readouterr().err.startswith(f"main.tf:1:1: api 2.0.0 ({server.url}/charts) was not fetched: ")


def test_nothing_deployed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("main.tf").write_text("locals { a = 1 }\n")
    assert run(costlint, ["charts", "list"]) == 4
    assert capsys.readouterr().out == "no chart from elsewhere is deployed\n"
