"""Fetching from git repositories on this machine, with git itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from module_fetching import fetched, pins
from module_servers import DISK, Remote, calling

from costlint.config import Config, RootSettings
from costlint.modules import Options, Outcome, fetch, list_calls
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.readers.terraform.sourcing.lock import LOCK_NAME
from costlint.sources import DirectorySource


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path / "network")


def types() -> dict[str, object]:
    """The volume types a scan would see, by address; nothing of the fetching is shared with it."""
    stack = read_stack(TerraformFiles(DirectorySource(".")), "")
    assert [each for each in stack.diagnostics if each.severity != "note"] == []
    return {each.address: each.attributes["type"] for each in stack.resources}


def failures(outcome: Outcome) -> list[str]:
    return [f"{site.file}:{site.line}:{site.column}: {why}" for site, why in outcome.failures]


def test_a_tag_is_fetched_and_pinned_to_its_commit(machine: Path, remote: Remote) -> None:
    first = remote.commit({"vpc/main.tf": DISK % "gp2"}, tag="v1.0.0")
    remote.commit({"vpc/main.tf": DISK % "gp3"})
    (machine / "main.tf").write_text(calling("m", f"{remote.url}//vpc?ref=v1.0.0"))
    outcome = fetched()
    assert failures(outcome) == []
    assert types() == {"module.m.aws_ebs_volume.d": "gp2"}
    (pin,) = pins()
    assert (pin["source"], pin["resolved"]) == (f"{remote.url}?ref=v1.0.0", first)


@pytest.mark.parametrize("kind", ["branch", "annotated", "default", "commit", "abbreviated", "ref"])
def test_every_way_to_name_a_commit_leads_to_it(machine: Path, remote: Remote, kind: str) -> None:
    commit = remote.commit({"main.tf": DISK % "gp2"}, tag="v1", branch="feature/one", annotated=True)
    main = remote.commit({"main.tf": DISK % "gp3"})
    ref = {
        "branch": "?ref=feature%2Fone",
        "annotated": "?ref=v1",
        "default": "",
        "commit": f"?ref={commit}",
        "abbreviated": f"?ref={commit[:9]}",
        "ref": "?ref=refs/heads/feature/one",
    }[kind]
    (machine / "main.tf").write_text(calling("m", remote.url + ref))
    assert failures(fetched()) == []
    assert pins()[0]["resolved"] == (main if kind == "default" else commit)
    assert types() == {"module.m.aws_ebs_volume.d": "gp3" if kind == "default" else "gp2"}


def test_a_pin_holds_until_it_is_updated(machine: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", remote.url))
    fetched()
    before = Path(LOCK_NAME).read_text()
    remote.commit({"main.tf": DISK % "gp3"})
    assert (fetched().fetched, Path(LOCK_NAME).read_text()) == ([], before)
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(machine.parent / "another machine"))
    assert types() == {}
    assert len(fetched().fetched) == 1
    assert (types(), Path(LOCK_NAME).read_text()) == ({"module.m.aws_ebs_volume.d": "gp2"}, before)
    fetched(update=True)
    assert types() == {"module.m.aws_ebs_volume.d": "gp3"}


def test_modules_call_modules_and_all_come(machine: Path, remote: Remote, tmp_path: Path) -> None:
    inner = Remote(tmp_path / "disk")
    inner.commit({"main.tf": DISK % "gp2"})
    remote.commit({"vpc/main.tf": calling("d", "../shared"), "shared/main.tf": calling("deep", inner.url)})
    (machine / "main.tf").write_text(calling("m", f"{remote.url}//vpc"))
    outcome = fetched()
    assert failures(outcome) == [
        f"file://{str(remote.bare).removesuffix('.git')}@{pins()[0]['resolved'][:12]}/shared/main.tf:2:12: "
        f"file://{inner.bare} is refused: git modules are fetched over https and ssh, not over file"
    ]
    assert [site.address for site in outcome.sites] == [
        "module.m",
        "module.m.module.d",
        "module.m.module.d.module.deep",
    ]


def test_a_module_of_the_users_own_may_name_a_repository_on_this_machine(machine: Path, remote: Remote) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "modules/a").mkdir(parents=True)
    (machine / "modules/a/main.tf").write_text(calling("deep", remote.url))
    (machine / "main.tf").write_text(calling("m", "./modules/a"))
    assert failures(fetched()) == []
    assert types() == {"module.m.module.deep.aws_ebs_volume.d": "gp2"}


def test_one_package_serves_many_roots_and_is_fetched_once(machine: Path, remote: Remote) -> None:
    remote.commit({"a/main.tf": DISK % "gp2", "b/main.tf": DISK % "gp3"})
    for root in ("one", "two"):
        (machine / root).mkdir()
        (machine / root / "main.tf").write_text(calling("a", f"{remote.url}//a") + calling("b", f"{remote.url}//b"))
    outcome = fetched()
    assert (len(outcome.fetched), len(outcome.sites), outcome.locks) == (1, 4, [LOCK_NAME])
    assert all(site.resolution.way == "cache" for site in outcome.sites)


def test_another_repository_with_the_same_module_asks_no_server_for_the_commit(
    machine: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", f"{remote.url}?ref={commit}"))
    fetched()
    other = machine.parent / "other"
    (other / ".git").mkdir(parents=True)
    (other / "main.tf").write_text(calling("m", f"{remote.url}?ref={commit}"))
    monkeypatch.chdir(other)
    remote.bare.rename(remote.bare.with_name("gone"))
    assert failures(fetched()) == []
    assert types() == {"module.m.aws_ebs_volume.d": "gp2"}


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("?ref=v9", 'has no branch or tag "v9"'),
        ("?ref=abcdef1", 'has no commit "abcdef1"'),
        ("?ref=" + "0" * 40, f'has no commit "{"0" * 40}"'),
        ("?ref=--upload-pack=x", 'has no branch or tag "--upload-pack=x"'),
        ("?sshkey=AAAA", "brings a key of its own (sshkey), which is refused: use your ssh agent"),
    ],
)
def test_a_ref_that_is_not_there_is_said_at_the_call(machine: Path, remote: Remote, ref: str, why: str) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", remote.url + ref))
    (failure,) = failures(fetched())
    assert failure.startswith("main.tf:2:12: ")
    assert failure.endswith(why)
    assert not Path(LOCK_NAME).exists()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("git::file:///nowhere/at/all.git", "file:///nowhere/at/all.git is no git repository, or not one that your"),
        ("git::ext::sh -c touch% pwned", "is of no kind that is fetched: map it with modules:"),
        (
            "git::ftp://x.io/a.git",
            "ftp://x.io/a.git is refused: git modules are fetched over https and ssh, not over ftp",
        ),
        ("hg::https://x.io/a", "hg::https://x.io/a is of no kind that is fetched: map it with modules:"),
        ("/etc", "/etc is of no kind that is fetched: map it with modules:"),
    ],
)
def test_what_cannot_be_fetched_is_a_sentence(machine: Path, source: str, why: str) -> None:
    (machine / "main.tf").write_text(calling("m", source))
    (failure,) = failures(fetched())
    assert why in failure
    assert not (machine / "pwned").exists()


def test_one_failure_stops_no_other_module(machine: Path, remote: Remote) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("a", "git::file:///nowhere.git") + calling("b", remote.url))
    assert len(failures(fetched())) == 1
    assert types() == {"module.b.aws_ebs_volume.d": "gp2"}


def test_nothing_of_a_repository_runs(machine: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = machine.parent / "ran"
    template = machine.parent / "template/hooks"
    template.mkdir(parents=True)
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (template / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (template / hook).chmod(0o755)
    config = machine.parent / "gitconfig"
    config.write_text(
        f"[init]\ntemplateDir = {template.parent}\n[core]\nhooksPath = {template}\n"
        f'[filter "evil"]\nsmudge = touch {mark}\nrequired = true\n[submodule]\nrecurse = true\n'
    )
    remote.commit({"main.tf": DISK % "gp2", ".gitattributes": "* filter=evil export-ignore\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    (machine / "main.tf").write_text(calling("m", remote.url))
    assert failures(fetched()) == []
    assert types() == {"module.m.aws_ebs_volume.d": "gp2"}
    assert not mark.exists()


def test_submodules_are_left_out(machine: Path, remote: Remote, tmp_path: Path) -> None:
    other = Remote(tmp_path / "other")
    other.commit({"main.tf": DISK % "gp3"})
    remote.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.bare), "sub")
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", remote.url) + calling("s", f"{remote.url}//sub"))
    outcome = fetched()
    ways = {site.address: site.resolution.way for site in outcome.sites}
    assert ways == {"module.m": "cache", "module.s": "refused"}


def test_links_become_what_they_point_to_and_none_leads_out(machine: Path, remote: Remote) -> None:
    (machine.parent / "secret").write_text("secret")
    (remote.work / "real").mkdir()
    (remote.work / "real/main.tf").write_text(DISK % "gp2")
    for name, target in {
        "alias": "real",
        "again": "alias",
        "out": str(machine.parent / "secret"),
        "up": "../../../secret",
        "self": "self",
        "all": ".",
    }.items():
        (remote.work / name).symlink_to(target)
    (remote.work / "file.tf").symlink_to("real/main.tf")
    remote.commit({})
    (machine / "main.tf").write_text(calling("a", f"{remote.url}//again") + calling("b", remote.url))
    assert failures(fetched()) == []
    assert types() == {"module.a.aws_ebs_volume.d": "gp2", "module.b.aws_ebs_volume.d": "gp2"}
    kept = {
        path.name for path in (machine.parent / "cache").rglob("*") if path.is_symlink() or path.name in ("out", "up")
    }
    assert kept == set()


def test_a_repository_of_odd_names_is_read_as_far_as_it_can_be(machine: Path, remote: Remote) -> None:
    (remote.work / "a\\b.txt").write_text("x")
    (remote.work / "new\nline").write_text("x")
    remote.commit({"main.tf": DISK % "gp2", "ünï/x.txt": "y"})
    (machine / "main.tf").write_text(calling("m", remote.url))
    assert failures(fetched()) == []
    assert types() == {"module.m.aws_ebs_volume.d": "gp2"}


def test_credentials_git_does_not_have_are_asked_for_in_a_sentence(
    machine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # An ssh client that answers as a server does when no key is accepted.
    client = tmp_path / "ssh"
    client.write_text("#!/bin/sh\necho 'git@git.example.com: Permission denied (publickey).' >&2\nexit 255\n")
    client.chmod(0o755)
    monkeypatch.setenv("GIT_SSH", str(client))
    (machine / "main.tf").write_text(calling("m", "git@git.example.com:acme/net.git"))
    assert failures(fetched()) == [
        "main.tf:2:12: ssh://git@git.example.com/acme/net.git asks for credentials git does not have: "
        "git ls-remote ssh://git@git.example.com/acme/net.git must work first"
    ]


def test_passwords_in_sources_are_neither_shown_nor_locked(machine: Path) -> None:
    (machine / "main.tf").write_text(calling("m", "git::https://me:s3cret@127.0.0.1:1/a.git"))
    outcome = fetched()
    assert "s3cret" not in str(failures(outcome))
    assert "https://…@127.0.0.1:1/a.git" in failures(outcome)[0]


def test_without_git_the_sentence_says_so(machine: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "main.tf").write_text(calling("m", remote.url))
    monkeypatch.setenv("PATH", str(machine))
    assert failures(fetched()) == ["main.tf:2:12: git is needed to fetch git modules, and it could not be run"]


def test_a_lock_that_was_tampered_with_is_refused(
    machine: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", remote.url))
    fetched()
    (pin,) = pins()
    tampered = Path(LOCK_NAME).read_text().replace(pin["checksum"], "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    Path(LOCK_NAME).write_text(tampered)
    assert types() == {}
    (failure,) = failures(fetched())
    assert f"what {remote.url} gives is not what {LOCK_NAME} pins" in failure
    assert (types(), Path(LOCK_NAME).read_text()) == ({}, tampered)


def test_a_cache_that_was_tampered_with_is_mended(machine: Path, remote: Remote) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", remote.url))
    fetched()
    (cached,) = (machine.parent / "cache").rglob("tree/main.tf")
    cached.write_text(DISK % "gp3")
    stack = read_stack(TerraformFiles(DirectorySource(".")), "")
    assert [each.severity for each in stack.diagnostics] == ["error"]
    fetched()
    assert types() == {"module.m.aws_ebs_volume.d": "gp2"}


def test_only_locked_modules_come_when_that_is_asked(machine: Path, remote: Remote) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", remote.url))
    (failure,) = failures(fetched(locked=True))
    assert failure.endswith(f"{LOCK_NAME} does not pin it: run costlint modules fetch without --locked")
    fetched()
    assert failures(fetched(locked=True)) == []


def test_what_terraform_has_installed_is_fetched_only_for_a_complete_lock(machine: Path, remote: Remote) -> None:
    remote.commit({"main.tf": DISK % "gp2"})
    (machine / "main.tf").write_text(calling("m", remote.url))
    (machine / ".terraform/modules/m").mkdir(parents=True)
    (machine / ".terraform/modules/m/main.tf").write_text(DISK % "gp3")
    record = {"Modules": [{"Key": "m", "Source": remote.url, "Dir": ".terraform/modules/m"}]}
    (machine / ".terraform/modules/modules.json").write_text(json.dumps(record))
    assert fetched().fetched == []
    assert len(fetched(use_installed=False).fetched) == 1


def locked_for_two(machine: Path, remote: Remote) -> list[str]:
    """A tree in which two tags of a module were fetched, and now only one is called; the sources of both."""
    remote.commit({"main.tf": DISK % "gp2"}, tag="v1")
    remote.commit({"main.tf": DISK % "gp3"}, tag="v2")
    for name in ("a", "b"):
        (machine / name).mkdir()
    (machine / "a/main.tf").write_text(calling("m", f"{remote.url}?ref=v1"))
    (machine / "b/main.tf").write_text(calling("m", f"{remote.url}?ref=v2"))
    fetched()
    (machine / "b/main.tf").write_text("")
    return [pin["source"] for pin in pins()]


def test_pins_no_call_asks_for_any_more_are_dropped(machine: Path, remote: Remote) -> None:
    first, second = locked_for_two(machine, remote)
    outcome = fetched()
    assert ([pin.source for pin in outcome.dropped], outcome.locks) == ([second], [LOCK_NAME])
    assert [pin["source"] for pin in pins()] == [first]
    assert (fetched().dropped, fetched().locks) == ([], [])
    (machine / "a/main.tf").write_text("")
    assert len(fetched().dropped) == 1
    assert pins() == []


@pytest.mark.parametrize("reason", ["a part", "locked", "failure", "unknown"])
def test_pins_stay_where_not_every_call_is_known(machine: Path, remote: Remote, reason: str) -> None:
    both = locked_for_two(machine, remote)
    if reason == "failure":
        (machine / "b/main.tf").write_text(calling("n", "git::file:///nowhere.git"))
    if reason == "unknown":
        (machine / "b/terragrunt.hcl").write_text('terraform {\n  source = get_env("NOBODY_SETS_THIS")\n}\n')
    options = Options(locked=reason == "locked")
    outcome = fetch(["a" if reason == "a part" else "."], Config(), options, lambda *_: None)
    assert outcome.dropped == []
    assert [pin["source"] for pin in pins()] == both


def test_a_module_the_configuration_calls_a_root_is_one(machine: Path) -> None:
    for name, text in {"prod": calling("m", "../base"), "base": calling("gone", "acme/gone/aws")}.items():
        (machine / name).mkdir()
        (machine / name / "main.tf").write_text(text)

    def addresses(config: Config) -> list[str]:
        return sorted(site.address for site in list_calls(["."], config))

    assert addresses(Config()) == ["module.m", "module.m.module.gone"]
    named = Config(roots=(RootSettings("base"), RootSettings("prod")))
    assert addresses(named) == ["module.gone", "module.m", "module.m.module.gone"]


def test_listing_asks_nobody(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    (machine / "main.tf").write_text(calling("m", "git::file:///nowhere.git") + calling("n", "./gone"))
    assert [site.resolution.way for site in list_calls(["."], Config())] == ["missing", "nowhere"]
