"""`costlint modules` as people use it, and that a scan never leaves the machine."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from loopback import LoopbackServer, Reply, zipped
from module_servers import DISK, Remote, calling, serve_registry, use_registry

from costlint.cli import costlint
from costlint.cli.failures import run
from costlint.readers.terraform.sourcing.lock import LOCK_NAME

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    def invoke(*arguments: str) -> Outcome:
        return Outcome(run(costlint, list(arguments)), *capsys.readouterr())

    return invoke


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    made = Remote(tmp_path / "network")
    made.commit({"main.tf": DISK % "gp2"}, tag="v1")
    return made


@pytest.fixture
def infra(machine: Path, remote: Remote) -> Path:
    """A root with a call of every kind."""
    (machine / ".git/config").write_text('[remote "origin"]\n  url = https://github.com/acme/infra.git\n')
    (machine / ".costlint.yaml").write_text('modules:\n  - {match: "acme/*/aws", path: ../shared}\n')
    for place in (machine / "modules/a", machine.parent / "shared/net"):
        place.mkdir(parents=True)
        (place / "main.tf").write_text("")
    (machine / "infra").mkdir()
    (machine / "infra/main.tf").write_text(
        PROVIDER
        + calling("local", "../modules/a")
        + calling("own", "github.com/acme/infra//modules/a?ref=v3")
        + calling("mapped", "acme/net/aws", "~> 2.0")
        + calling("remote", f"{remote.url}?ref=v1")
        + calling("gone", "../modules/gone")
    )
    return machine / "infra"


def test_every_call_is_listed_with_where_it_leads(command: Callable[..., Outcome], infra: Path, remote: Remote) -> None:
    assert command("modules", "list", "infra") == (
        0,
        f"""infra/main.tf:5:12  module.local  ../modules/a
    → modules/a
infra/main.tf:8:12  module.own  git::https://github.com/acme/infra.git//modules/a?ref=v3
    → modules/a (this repository, which is at hand at another state than v3)
infra/main.tf:11:12  module.mapped  registry.terraform.io/acme/net/aws ~> 2.0
    → ../shared/net (modules: in the configuration)
infra/main.tf:15:12  module.remote  {remote.url}?ref=v1
    ✗ not here: costlint modules fetch
infra/main.tf:18:12  module.gone  ../modules/gone
    ✗ there is no such directory
5 module calls: 1 local, 1 mapped, 1 of this repository, 1 not here, 1 without a directory
""",
        "",
    )


def test_only_calls_that_lead_nowhere_are_listed_when_asked(command: Callable[..., Outcome], infra: Path) -> None:
    out = command("modules", "list", "infra", "--missing").out
    assert "module.local" not in out
    assert out.endswith("2 of 5 module calls: 1 not here, 1 without a directory\n")


def test_programs_read_the_list_as_json(command: Callable[..., Outcome], infra: Path) -> None:
    calls = json.loads(command("modules", "list", "infra", "--format", "json").out)
    assert [(call["address"], call["way"], call["resolved"]) for call in calls] == [
        ("module.local", "tree", True),
        ("module.own", "repository", True),
        ("module.mapped", "mapping", True),
        ("module.remote", "missing", False),
        ("module.gone", "nowhere", False),
    ]
    assert calls[2] == {
        "file": "infra/main.tf",
        "line": 11,
        "column": 12,
        "root": "infra",
        "address": "module.mapped",
        "source": "registry.terraform.io/acme/net/aws",
        "version": "~> 2.0",
        "resolved": True,
        "way": "mapping",
        "detail": "../shared/net (modules: in the configuration)",
    }


def test_fetching_says_what_came_and_what_can_be_read_now(
    command: Callable[..., Outcome], infra: Path, remote: Remote
) -> None:
    commit = remote.git("rev-parse", "v1").strip()
    first = command("modules", "fetch", "infra")
    assert first == (
        0,
        f"fetched  {remote.url}?ref=v1 → {commit[:12]}\nwrote    {LOCK_NAME}\n"
        "3 of 3 module calls from elsewhere can be read\n",
        "",
    )
    assert command("modules", "fetch", "infra").out == "3 of 3 module calls from elsewhere can be read\n"
    assert f"    → {commit[:12]} in the cache\n" in command("modules", "list", "infra").out


def test_what_could_not_be_fetched_is_on_standard_error_and_exits_3(
    command: Callable[..., Outcome], machine: Path
) -> None:
    (machine / "main.tf").write_text(calling("m", "git::file:///nowhere.git"))
    outcome = command("modules", "fetch", "--quiet")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == (
        "main.tf:2:12: git::file:///nowhere.git was not fetched: file:///nowhere.git is no git repository, or not one "
        "that your credentials reach\n"
    )


@pytest.mark.parametrize(
    ("files", "arguments", "code", "said"),
    [
        ({"main.tf": PROVIDER}, ("fetch",), 4, "no module call leads elsewhere\n"),
        ({"main.tf": PROVIDER}, ("list",), 4, "no module calls\n"),
        ({"main.tf": calling("m", "a/b/c"), LOCK_NAME: "{"}, ("fetch",), 3, f"{LOCK_NAME}:1:2: not valid JSON"),
        ({}, ("fetch", "--update", "--locked"), 2, "--update and --locked exclude each other"),
        ({".costlint.yaml": "modules: [{match: x}]"}, ("list",), 2, 'modules.0: the key "path" is missing'),
        (
            {".costlint.yaml": 'modules: [{match: x, path: "/"}]'},
            ("list",),
            2,
            "is neither in the repository nor beside",
        ),
    ],
)
def test_what_cannot_be_done_has_its_own_exit_code(
    command: Callable[..., Outcome],
    machine: Path,
    files: dict[str, str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    for path, text in files.items():
        (machine / path).write_text(text)
    outcome = command("modules", *arguments)
    assert outcome.code == code
    assert said in outcome.out + outcome.err


def test_a_cache_that_cannot_be_written_is_a_sentence(
    command: Callable[..., Outcome], machine: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine.parent / "file").write_text("")
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(machine.parent / "file/cache"))
    (machine / "main.tf").write_text(calling("m", remote.url))
    outcome = command("modules", "fetch")
    assert outcome.code == 3
    assert "cannot be written" in outcome.err
    assert "Traceback" not in outcome.err


def test_progress_is_shown_on_a_terminal_and_cleaned_up(
    command: Callable[..., Outcome], machine: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("costlint.cli.progress._PATIENCE", -1)
    monkeypatch.setattr("sys.stderr", terminal)
    server.routes["/a.zip"] = Reply(body=zipped({"main.tf": "a = 1"}))
    (machine / "main.tf").write_text(calling("m", f"{server.url}/a.zip"))
    assert command("modules", "fetch").code == 0
    assert terminal.getvalue().startswith(f"\r{server.url}/a.zip")
    assert terminal.getvalue().endswith(" \r")


def test_a_scan_finds_waste_in_fetched_modules_without_the_network(
    command: Callable[..., Outcome], machine: Path, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_registry(server)
    serve_registry(server, "acme/disk/aws", "1.0.0", location=f"{server.url}/disk.zip")
    module = 'variable "kind" {\n  type = string\n}\n' + DISK.replace('"%s"', "var.kind")
    server.routes["/disk.zip"] = Reply(body=zipped({"main.tf": module}))
    (machine / "main.tf").write_text(PROVIDER + calling("m", "registry.test/acme/disk/aws", "~> 1.0", kind="gp2"))
    assert json.loads(command("scan", ".", "--format", "json").out)["coverage"]["unresolved_modules"] == 1
    assert command("modules", "fetch").code == 0
    asked = len(server.requests)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a scan must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    outcome = command("scan", ".", "--min-saving", "0")
    assert outcome.code == 0
    assert "main.tf:7:10  STO001" in outcome.out
    assert "not here" not in outcome.out
    assert len(server.requests) == asked


def test_a_scan_imports_nothing_that_could_fetch(machine: Path) -> None:
    (machine / "main.tf").write_text(PROVIDER + calling("m", "acme/disk/aws"))
    (machine / LOCK_NAME).write_text('{"format": 1, "modules": []}')
    program = "import sys; from costlint.cli.scan import command\n"
    program += "try: command(['.'], standalone_mode=False)\nfinally: print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("\n\n")[2].split())
    assert "costlint.readers.terraform.sourcing.resolving" in loaded
    assert {"costlint.modules", "urllib.request", "http.client", "ssl", "tarfile", "zipfile"} & loaded == set()


def test_the_data_directory_of_terraform_counts_where_it_is_asked_for(
    command: Callable[..., Outcome], machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = machine.parent / "data"
    (data / "modules/m").mkdir(parents=True)
    (data / "modules/m/main.tf").write_text(DISK % "gp2")
    (data / "modules/modules.json").write_text(json.dumps({"Modules": [{"Key": "m", "Dir": f"{data}/modules/m"}]}))
    (machine / "main.tf").write_text(PROVIDER + calling("m", "acme/disk/aws"))
    monkeypatch.setenv("TF_DATA_DIR", str(data))
    assert "1 not here" in command("modules", "list").out
    assert "1 installed by terraform" in command("modules", "list", "--terraform-data").out
    everything = ("--min-saving", "0", "--profile", "audit")
    assert "STO001" not in command("scan", ".", *everything).out
    assert "STO001" in command("scan", ".", "--tf-var-env", *everything).out
