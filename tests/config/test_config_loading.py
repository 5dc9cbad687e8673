from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config, ConfigError, RootSettings, find_config, load_config, read_config


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra" / "prod").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _complaint(folder: Path, text: str, name: str = ".costlint.yaml") -> str:
    (folder / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config([str(folder)])
    return str(caught.value)


def test_a_real_file_is_read_completely(repository: Path) -> None:
    (repository / ".costlint.yaml").write_text(
        """
region: {aws: eu-central-1, gcp: europe-west3}
environments:
  infra/prod: prod
  "*.dev.tfvars": {name: sandbox, kind: nonprod}
profile: audit
ignore: [TAG]
per_path:
  - path: infra/legacy
    ignore: [CMP]
    severity: {STO001: low}
min_saving: 20
fail_on: $100
required_tags: [team, cost-centre]
budget: 40000
commitments:
  - {provider: aws, kind: savings-plan, hourly: 12.5, family: p4d}
var_files: [infra/common.tfvars]
variables: {replicas: 3, gpu: true}
as_of: 2026-11-01
"""
    )
    config = load_config(["infra/prod"])
    assert config.region_for("gcp") == "europe-west3"
    assert config.region_for("azure") == ""
    assert config.environment_for("infra/prod").kind == "prod"
    assert config.environment_for("infra/x", ("infra/x/a.dev.tfvars",)).name == "sandbox"
    assert [entry.severity for entry in config.settings_for("infra/legacy/main.tf")] == [{"STO001": "low"}]
    assert config.settings_for("infra/prod/main.tf") == []
    assert config.threshold is not None
    assert config.threshold.saving == 100
    assert config.variable_texts == {"replicas": "3", "gpu": "true"}
    assert config.as_of is not None
    assert config.as_of.isoformat() == "2026-11-01"
    assert config.file == ".costlint.yaml"


@pytest.mark.parametrize(
    ("commitment", "said"),
    [
        (
            "{provider: aws, kind: savings-plam, hourly: 1}",
            '"savings-plam" is not one of cud, reservation, savings-plan',
        ),
        ("{provider: aws, kind: savings-plan}", "one of hourly, count and percent, not none"),
        ("{provider: aws, kind: savings-plan, hourly: 1, percent: 5}", "not hourly and percent"),
        (
            "{provider: aws, kind: reservation, count: 4, sku: m5.xlarge}",
            "count needs the sku that is counted and its region",
        ),
        ("{provider: aws, kind: reservation, percent: 101}", "expected a number of at most 100"),
        ("{provider: aws, kind: reservation, percent: 1, until: soon}", "expected a date such as"),
    ],
)
def test_a_commitment_that_does_not_add_up_is_told_with_its_line(repository: Path, commitment: str, said: str) -> None:
    (repository / ".costlint.yaml").write_text(f"commitments:\n  - {commitment}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(["."])
    assert said in str(caught.value)
    assert str(caught.value).startswith(".costlint.yaml:2:")


@pytest.mark.parametrize("written", ["rates/acme.yaml", "[rates/acme.yaml]"])
def test_price_files_are_relative_to_the_configuration(repository: Path, written: str) -> None:
    (repository / "infra" / ".costlint.yaml").write_text(f"prices_file: {written}\n")
    assert load_config(["infra/prod"]).price_files == ("infra/rates/acme.yaml",)


def test_a_found_configuration_may_not_take_prices_from_outside_its_repository(repository: Path) -> None:
    (repository / ".costlint.yaml").write_text("prices_file: ../elsewhere.yaml\n")
    with pytest.raises(ConfigError, match="name it with --prices to use it anyway"):
        load_config(["."])


def test_pyproject_serves_as_well(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.costlint]\nselect = ["STO"]\n')
    assert load_config(["infra"]).select == ("STO",)


def test_a_pyproject_of_others_is_passed_over(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert load_config(["infra"]) == Config()


def test_the_nearest_file_wins(repository: Path) -> None:
    (repository / ".costlint.yaml").write_text("budget: 1")
    (repository / "infra" / ".costlint.yaml").write_text("budget: 2")
    assert load_config(["infra/prod"]).budget == 2
    assert load_config(["."]).budget == 1


def test_the_search_ends_at_the_root_of_the_repository(repository: Path) -> None:
    inner = repository / "infra"
    (repository / ".costlint.yaml").write_text("budget: 1")
    (inner / ".git").mkdir()
    assert find_config(inner / "prod") is None


def test_outside_a_repository_the_search_ends_at_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / ".costlint.yaml").write_text("budget: 1")
    monkeypatch.chdir(tmp_path / "a")
    assert find_config(Path("b")) is None
    monkeypatch.chdir(tmp_path)
    assert find_config(Path("a/b")) == tmp_path / ".costlint.yaml"


def test_an_empty_file_is_the_defaults(repository: Path) -> None:
    (repository / ".costlint.yaml").write_text("# nothing yet\n")
    assert load_config(["."]).override() == load_config(["."])
    assert load_config(["."]).profile == "default"


def test_roots_are_relative_to_the_file(repository: Path) -> None:
    (repository / "infra" / "prod" / "p.tfvars").write_text("")
    text = "roots:\n  - {path: prod, var_files: [prod/p.tfvars], workspace: blue, environment: prod}\n  - path: prod\n"
    (repository / "infra" / ".costlint.yaml").write_text(text)
    assert load_config(["infra/prod"]).roots == (
        RootSettings("infra/prod", ("infra/prod/p.tfvars",), "blue", "prod"),
        RootSettings("infra/prod"),
    )


@pytest.mark.parametrize(
    ("roots", "sentence"),
    [
        ("[{path: nowhere}]", ":1:10: roots: there is no directory nowhere"),
        (
            "[{path: infra, var_files: [p.tfvars]}]",
            "roots: there is no file p.tfvars beside the configuration; write infra/p.tfvars",
        ),
        ("[{path: infra, var_files: [q.tfvars]}]", "roots: there is no file q.tfvars beside the configuration"),
        ("[{path: infra, var_files: [../out.tfvars]}]", "roots: ../out.tfvars is outside the repository; name this"),
        ("[{paht: infra}]", 'roots.0: unknown key "paht"; did you mean "path"?'),
    ],
)
def test_roots_name_what_is_there(repository: Path, roots: str, sentence: str) -> None:
    (repository / "infra" / "p.tfvars").write_text("")
    (repository.parent / "out.tfvars").write_text("")
    assert sentence in _complaint(repository, f"roots: {roots}")


def test_paths_in_the_file_are_relative_to_it(repository: Path) -> None:
    (repository / "infra" / ".costlint.yaml").write_text("rules: [rules]\nvar_files: [prod.tfvars]\n")
    config = load_config(["infra/prod"])
    assert config.rule_paths == (Path("infra/rules"),)
    assert config.var_files == ("infra/prod.tfvars",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("regoin: x", ':1:1: unknown key "regoin"; did you mean "region"?'),
        ("budget: 3\nxyzzy: 1", ':2:1: unknown key "xyzzy"; known keys are allowed_regions, alternatives,'),
        ("region: 3", ":1:1: region: expected text or a map, not a number"),
        ("region: {awss: x}", ':1:10: region: unknown key "awss"; did you mean "aws"?'),
        ("per_path:\n  - path: x\n    ignroe: [A]", ':3:5: per_path.0: unknown key "ignroe"; did you mean "ignore"?'),
        ("per_path:\n  - ignore: [A]", ':2:5: per_path.0: the key "path" is missing'),
        ("severity:\n  A: low\n  B: hgh", ':3:3: severity.B: "hgh" is not one of critical, high, low, medium; did'),
        ("profile: adit", ':1:1: profile: "adit" is not one of audit, default; did you mean "audit"?'),
        ("select: STO", ":1:1: select: expected a list, not text"),
        ("budget: -1", ":1:1: budget: expected a number of at least 0"),
        ("as_of: soon", ":1:1: as_of: expected a date such as 2026-11-30"),
        ("fail_on: always", ':1:1: fail_on: "always" is neither a severity (low, medium, high, critical) nor'),
        ("region: a\nregion: b", ':2:1: the key "region" is given twice'),
        ("- a", ":1:1: expected a map, not a list"),
        ("a: [", ":2:1: "),
        ("a: \x00", "not valid YAML"),
        ("[" * 5000, ""),
        ("select: !!python/object:os.system [ls]", ":1:9: "),
    ],
)
def test_a_mistake_is_a_sentence_with_its_place(repository: Path, text: str, sentence: str) -> None:
    complaint = _complaint(repository, text)
    assert complaint.startswith(".costlint.yaml")
    assert sentence in complaint
    assert "\n" not in complaint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[tool.costlint]\nregoin = 'x'", ':2:1: unknown key "regoin"; did you mean "region"?'),
        ("[tool.x]\nbudget = 1\n[tool.costlint]\nbudget = 'x'", ":4:1: budget: expected a number or nothing, not text"),
        ("[[tool.costlint.per_path]]\npath = 'a'\nselct = ['A']", ":3:1: per_path.0: unknown key"),
        ("[tool.costlint]\nbudget =\n", ":2:9: "),
    ],
)
def test_a_mistake_in_pyproject_has_its_place_too(repository: Path, text: str, sentence: str) -> None:
    assert sentence in _complaint(repository, text, "pyproject.toml")


def test_a_file_that_is_not_text_is_refused(repository: Path) -> None:
    (repository / ".costlint.yaml").write_bytes(b"region: \xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(["."])


@pytest.mark.parametrize("deep", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "[" * 1_000])
def test_a_deeply_nested_file_is_refused(repository: Path, deep: str) -> None:
    text = f"select: {deep}" if deep.startswith(("[", "{")) else f"select:\n  {deep}x"
    complaint = _complaint(repository, f"# {'x' * 8_000}\n{text}")
    assert "nested too deeply" in complaint
    assert complaint.startswith((".costlint.yaml:2:", ".costlint.yaml:3:"))


def test_a_huge_file_is_refused(repository: Path) -> None:
    assert "larger than 1 MiB" in _complaint(repository, "#" * (1 << 21))


def test_a_missing_explicit_file_is_said(repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"^nowhere.yaml: cannot read the configuration: No such file"):
        load_config(["."], "nowhere.yaml")


def test_a_found_file_may_not_name_rules_outside_the_repository(repository: Path) -> None:
    assert "rules: ../evil is outside the repository" in _complaint(repository, "rules: [../evil]")


def test_a_file_named_by_the_user_may(repository: Path) -> None:
    (repository / "mine.yaml").write_text("rules: [../mine]")
    assert read_config(Path("mine.yaml")).rule_paths == (Path("../mine"),)


def test_a_found_file_may_not_be_a_link_out_of_the_repository(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("home") / "secret.yaml"
    secret.write_text("password: hunter2")
    (repository / ".costlint.yaml").symlink_to(secret)
    with pytest.raises(ConfigError, match="link that leads out of the repository"):
        load_config(["."])


def test_a_found_file_may_not_name_variable_files_outside_the_repository(repository: Path) -> None:
    complaint = _complaint(repository, "profile: audit\nvar_files: [../secrets.tfvars]")
    assert complaint.startswith(".costlint.yaml:2:1: var_files: ../secrets.tfvars is outside the repository")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("modules", True),
        ("../acme-modules", True),
        ("../acme-*/main", True),
        ("..", False),
        ("../..", False),
        ("../../other", False),
        ("/etc", False),
        ("/*", False),
    ],
)
def test_a_found_file_may_map_modules_to_its_repository_and_beside_it(tmp_path: Path, path: str, allowed: bool) -> None:
    (tmp_path / "a/repo/.git").mkdir(parents=True)
    file = tmp_path / "a/repo/.costlint.yaml"
    file.write_text(f'modules:\n  - match: "acme/*/aws"\n    path: "{path}"\n')
    assert len(read_config(file).modules) == 1
    if allowed:
        assert len(read_config(file, trusted=False).modules) == 1
    else:
        with pytest.raises(
            ConfigError, match=r"costlint\.yaml:3:5: modules: .* is neither in the repository nor beside"
        ):
            read_config(file, trusted=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "profile: audit\nas_of: 2027-02-31\n",
            '.costlint.yaml:2:8: "2027-02-31" is no day of the calendar; write one such',
        ),
        ("waivers:\n  - fingerprint: a\n    until: 2027-13-01\n", '.costlint.yaml:3:12: "2027-13-01" is no day'),
        ("as_of: 31.3.2027\n", ".costlint.yaml:1:1: as_of: expected a date such as 2026-11-30"),
        ("min_saving: !!int lots\n", '.costlint.yaml:1:13: "lots" is no int'),
        ("include_libraries: !!bool perhaps\n", '.costlint.yaml:1:20: "perhaps" is no bool'),
    ],
)
def test_a_value_that_is_not_what_it_is_written_as_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".costlint.yaml").write_text(text)
    with pytest.raises(ConfigError) as error:
        load_config(["."])
    assert said in str(error.value)
