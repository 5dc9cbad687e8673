"""A rule that does not keep its promises is caught by its own examples."""

from __future__ import annotations

import pytest

from costlint.policy import load_rules, source_of
from costlint.policy.documents import read_rule
from costlint.proving import prove

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
    match: {type: %(matched)s}
    change: {%(change)s}
message: hello
why: because
fix: safe
examples:
%(examples)s
"""
_BAD = '  - bad: \'resource "aws_ebs_volume" "v" {\n\n      size = 100\n\n      type = "gp2"\n\n      }\'\n'
_GOOD = _BAD.replace("bad:", "good:").replace("gp2", "gp3")


def failures(
    matched: str = "gp2", change: str = "type: gp3", examples: str = _BAD + _GOOD, rule: str = _RULE
) -> list[str]:
    text = rule % {"matched": matched, "change": change, "examples": examples}
    proofs = prove([source_of("bad.yaml", read_rule(text, "bad.yaml"))])
    return [failure for proof in proofs for failure in proof.failures]


def test_a_rule_that_keeps_its_promises_has_no_failures() -> None:
    assert failures() == []


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"matched": "io1"}, "the bad example does not fire"),
        ({"examples": _BAD + _BAD.replace("bad:", "good:")}, "the good example fires: hello"),
        ({"change": 'size: "{{ size // 2 }}"'}, "the changed example still fires"),
        (
            {"change": "type: io2, iops: 64000"},
            "the bad example does not fire: it matches, but the change saves nothing",
        ),
        ({"change": "type: nobody-sells-this"}, "the bad example has no price"),
        ({"examples": _BAD}, "needs at least one bad and one good example"),
        ({"examples": _GOOD}, "needs at least one bad and one good example"),
        (
            {"rule": _RULE.replace("storage.tiered", "storage.tierd")},
            'there is no practice "storage.tierd"; did you mean "storage.tiered"?',
        ),
        ({"rule": _RULE.replace("storage.tiered", "ops.waste")}, 'there is no practice "ops.waste"'),
        ({"rule": _RULE.replace("BAD001", "STO001")}, '"STO001" is already the rule STO001 (rules/'),
        ({"rule": _RULE.replace("bad-rule", "gp2-volume")}, '"gp2-volume" is already the rule STO001 (rules/'),
        (
            {"rule": _RULE.replace("hello", "'{{ adress }} is slow'")},
            'BAD001 cannot be applied to aws_ebs_volume.v: cannot fill in the template: "adress" is not defined; '
            'did you mean "address"?',
        ),
        ({"examples": _BAD + _GOOD + "  - good: '}'\n"}, "the example cannot be read: main.tf:1:1: unexpected"),
    ],
)
def test_a_broken_promise_is_a_failure(changed: dict[str, str], failure: str) -> None:
    found = failures(**changed)
    assert any(each.startswith(failure) for each in found), found


def test_two_rules_of_one_name_are_a_failure_of_the_second() -> None:
    text = _RULE % {"matched": "gp2", "change": "type: gp3", "examples": _BAD + _GOOD}
    other = text.replace("BAD001", "BAD002")
    sources = [source_of(name, read_rule(rule, name)) for name, rule in (("a.yaml", text), ("b.yaml", other))]
    failed = {proof.file: proof.failures for proof in prove(sources) if proof.failures}
    assert failed == {"b.yaml": ('"bad-rule" is already the rule BAD001 (a.yaml)',)}


def test_a_shipped_rule_is_not_called_like_itself() -> None:
    shipped = load_rules().sources[0]
    assert [proof for proof in prove([shipped]) if proof.failures] == []
