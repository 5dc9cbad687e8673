"""Tokens, from every place Terraform keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from costlint.modules.credentials import Credentials, variable_for


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def credentials(home: Path, **variables: str) -> Credentials:
    return Credentials({"HOME": str(home), **variables})


@pytest.mark.parametrize(
    ("variable", "host"),
    [
        ("TF_TOKEN_app_terraform_io", "app.terraform.io"),
        ("TF_TOKEN_my__registry_example_com", "my-registry.example.com"),
        ("TF_TOKEN_my-registry_example_com", "my-registry.example.com"),
        ("TF_TOKEN_APP_terraform_io", "App.Terraform.io"),
    ],
)
def test_a_variable_names_its_host(home: Path, variable: str, host: str) -> None:
    assert credentials(home, **{variable: "t"}).token(host) == "t"
    assert credentials(home, **{variable: "t"}).token("other.example.com") == ""


def test_the_variable_to_set_is_the_one_that_is_read(home: Path) -> None:
    name = variable_for("my-registry.example.com")
    assert credentials(home, **{name: "t"}).token("my-registry.example.com") == "t"


def test_the_configuration_of_terraform_is_read(home: Path) -> None:
    (home / ".terraformrc").write_text(
        'plugin_cache_dir = "/x"\ncredentials "a.example.com" {\n  token = "ta"\n}\n'
        'credentials "b.example.com" {}\nhost "c.example.com" {\n  services = { "modules.v1" = "https://c/" }\n}\n'
    )
    found = credentials(home)
    assert [found.token(f"{name}.example.com") for name in "abc"] == ["ta", "", ""]
    assert (found.service("c.example.com", "modules.v1"), found.service("a.example.com", "modules.v1")) == (
        "https://c/",
        "",
    )


def test_what_terraform_login_saved_is_read_and_the_others_come_before_it(home: Path) -> None:
    saved = {"credentials": {host: {"token": f"saved-{host}"} for host in ("a.io", "b.io", "c.io")}}
    (home / ".terraform.d").mkdir()
    (home / ".terraform.d/credentials.tfrc.json").write_text(json.dumps(saved))
    (home / ".terraformrc").write_text('credentials "b.io" {\n  token = "written"\n}\n')
    found = credentials(home, TF_TOKEN_c_io="variable")
    assert [found.token(host) for host in ("a.io", "b.io", "c.io")] == ["saved-a.io", "written", "variable"]


def test_another_configuration_file_can_be_named(home: Path) -> None:
    (home / "rc").write_text('credentials "a.io" {\n  token = "t"\n}\n')
    assert credentials(home, TF_CLI_CONFIG_FILE=str(home / "rc")).token("a.io") == "t"


@pytest.mark.parametrize("text", ["", "{", "credentials", 'credentials "a.io" {\n  token = var.x\n}\n', "\x00\xff"])
def test_a_broken_configuration_gives_no_token(home: Path, text: str) -> None:
    (home / ".terraformrc").write_text(text)
    (home / ".terraform.d").mkdir()
    (home / ".terraform.d/credentials.tfrc.json").write_text(text)
    assert credentials(home).token("a.io") == ""


def test_logins_come_from_netrc(home: Path) -> None:
    (home / ".netrc").write_text("machine a.io login me password pw\n")
    (home / ".netrc").chmod(0o600)
    assert credentials(home).login("a.io") == ("me", "pw")
    assert credentials(home).login("b.io") is None
    assert credentials(home, NETRC=str(home / "gone")).login("a.io") is None
