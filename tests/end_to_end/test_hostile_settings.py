"""Configuration, rules and options that cannot be used end a run before it begins, with a sentence and code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_lines import Run

_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
)
_RULE = """\
id: BAD001
name: bad-rule
title: A rule
practice: storage.tiered
phase: quick-win
severity: medium
confidence: high
resources:
  aws_ebs_volume:
    match: %(match)s
    change: {type: gp3}
message: %(message)s
why: because
fix: safe
examples: []
"""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a: [\n", ".costlint.yaml:2:1: did not find expected node content"),
        ("nope: 1\n", '.costlint.yaml:1:1: unknown key "nope"'),
        ("\n- a\n", ".costlint.yaml:2:1: expected a map, not a list"),
        ("profile: audit\nmin_saving: lots\n", ".costlint.yaml:2:1: min_saving: expected a number, not text"),
        ("min_saving: .nan\n", ".costlint.yaml:1:1: min_saving: expected a number of at least 0"),
        ("fail_on: soon\n", '.costlint.yaml:1:1: fail_on: "soon" is neither a severity'),
        ("as_of: 2026-13-45\n", '.costlint.yaml:1:8: "2026-13-45" is no day of the calendar'),
        ("select: [NOPE]\n", '.costlint.yaml: select: there is no rule "NOPE"'),
        ("select: !!python/object/apply:os.system [id]\n", ".costlint.yaml:1:9: could not determine a constructor"),
        ("select: &a [*a]\n", ".costlint.yaml:1:9: select.0: expected text, not a list"),
        ("select: " + "[" * 100_000, ".costlint.yaml:1:108: nested too deeply"),
        (_BOMB, '.costlint.yaml:1:1: unknown key "a"'),
        ("# " + "x" * 2_000_000, ".costlint.yaml: the configuration is larger than 1 MiB"),
        ("rules: [nope]\n", "nope: there are no rules: no such file or folder"),
        ("rules: [../..]\n", ".costlint.yaml:1:1: rules: ../.. is outside the repository"),
        ("var_files: [nope.tfvars]\n", "variable file nope.tfvars: no such file or directory"),
        ("var_files: [/etc/passwd]\n", ".costlint.yaml:1:1: var_files: /etc/passwd is outside the repository"),
    ],
)
def test_a_configuration_that_cannot_be_used(here: Path, costlint_: Run, content: str, sentence: str) -> None:
    (here / ".costlint.yaml").write_text(content)
    outcome = costlint_("scan", "infra")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"costlint: {sentence}")
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"match": "{type: {matches: '(?=a)'}}"}, "r.yaml:10:20: resources.aws_ebs_volume.match.type"),
        ({"match": "{any: " + "[" * 100_000}, "r.yaml:10:"),
        ({"match": "*a"}, "r.yaml:10:12: rule files have no YAML aliases"),
        ({"message": "\"{{ 'a' * 10**9 }}\""}, "r.yaml:12:1: message: templates may not use pow"),
        ({"message": '"{% for x in range(10) %}{% endfor %}"'}, "r.yaml:12:1: message: templates may not use for"),
        ({"message": "\"{{ ''.__class__.__mro__() }}\""}, "r.yaml:12:1: message: templates may call"),
        ({"message": "\"{% include '/etc/passwd' %}\""}, "r.yaml:12:1: message: templates may not use include"),
        ({"message": '"{{ ' + "(1 + " * 700 + "1" + ")" * 700 + ' }}"'}, "r.yaml:12:1: message: "),
        ({"message": '"' + "x" * 300_000 + '"'}, "r.yaml: a rule file may have 256,000 characters"),
    ],
)
def test_a_hostile_rule_cannot_be_used(here: Path, costlint_: Run, change: dict[str, str], sentence: str) -> None:
    (here / "r.yaml").write_text(_RULE % {"match": "{type: gp2}", "message": '"hello"', **change})
    outcome = costlint_("scan", "infra", "--rules", "r.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"costlint: {sentence}")
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("regex", ["(a+)+$", "((a)+)+$", "^(a|aa)+$"])
def test_a_regular_expression_that_explodes_does_no_harm(here: Path, costlint_: Run, regex: str) -> None:
    (here / "r.yaml").write_text(
        _RULE % {"match": f"{{availability_zone: {{matches: '{regex}'}}}}", "message": "hello"}
    )
    (here / "infra" / "good.tf").write_text(
        (here / "infra" / "good.tf").read_text().replace('"us-east-1a"', f'"{"a" * 1_900}b"')
    )
    outcome = costlint_("scan", "infra", "--rules", "r.yaml", "--select", "BAD001")
    assert (outcome.code, outcome.err) == (0, "")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--var-file", "nope.tfvars"], "variable file nope.tfvars: no such file or directory"),
        (["--var-file", "infra"], "variable file infra is a directory"),
        (["--var", "x"], '--var "x" is not NAME=VALUE'),
        (["--rules", "nope"], "nope: there are no rules: no such file or folder"),
        (["--config", "nope.yaml"], "nope.yaml: cannot read the configuration: No such file or directory"),
        (["--select", "NOPE"], 'select: there is no rule "NOPE"'),
        (["--ignore", "gp2-volum"], 'ignore: there is no rule "gp2-volum"; did you mean "gp2-volume"'),
        (["--fail-on", "soon"], '--fail-on: "soon" is neither a severity'),
        (["--output", "missing/report.txt"], "cannot write missing/report.txt: there is no directory missing"),
    ],
)
def test_an_option_that_cannot_be_used(here: Path, costlint_: Run, options: list[str], sentence: str) -> None:
    outcome = costlint_("scan", "infra", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"costlint: {sentence}")


def test_settings_that_cannot_be_used_win_over_everything(here: Path, costlint_: Run) -> None:
    (here / "infra" / "bad.tf").write_text("}\n")
    assert costlint_("scan", "infra", "--fail-on", "low", "--select", "NOPE").code == 2
