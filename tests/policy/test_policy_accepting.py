"""Which findings a comment accepts, and by what one is known again."""

from __future__ import annotations

import datetime

import pytest
from policy_stacks import GP3, resource, rule, run, stack

from costlint.model import (
    Resource,
    Suppression,
)
from costlint.policy import CheckSettings


class TestSuppression:
    def result(self, *suppressions: Suppression, profile: str = "default") -> tuple[int, int, list[str]]:
        made = resource("disk.a", line=3, written={("type",): 7}, type="gp2", size=100)
        found = run(
            stack(made, suppressions=list(suppressions)),
            GP3,
            CheckSettings(as_of=datetime.date(2026, 6, 1), profile=profile),
        )
        return len(found.findings), len(found.suppressed), [str(d) for d in found.diagnostics]

    def test_on_the_literal_or_the_header_it_holds_back(self) -> None:
        for line in (3, 7):
            assert self.result(Suppression("main.tf", line, line - 1, ("TST001",), "agreed")) == (0, 1, [])

    def test_several_cases_of_a_rule_about_one_thing_are_accepted_as_one_finding(self) -> None:
        twice = rule(
            """
            resources:
              disk:
                - match: {type: gp2}
                  profile: default
                  change: {type: gp3}
                - match: {type: gp2, size: present}
                  profile: audit
                  change: {type: gp3, size: 90}
            """
        )
        agreed = Suppression("main.tf", 7, 6, ("TST001",), "agreed")
        made = resource("disk.a", line=3, written={("type",): 7}, type="gp2", size=100)
        assert len(run(stack(made), twice).findings) == 1
        assert len(run(stack(made, suppressions=[agreed]), twice).suppressed) == 1

    @pytest.mark.parametrize("names", [("test-rule-1",), ("TST",), ("test",), ()])
    def test_a_name_a_prefix_a_category_or_nothing_names_the_rule(self, names: tuple[str, ...]) -> None:
        assert self.result(Suppression("main.tf", 7, 6, names, "agreed"))[:2] == (0, 1)

    def test_elsewhere_or_for_others_it_does_not(self) -> None:
        assert self.result(Suppression("main.tf", 8, 8, ("TST001",), "agreed"))[:2] == (1, 0)
        assert self.result(Suppression("other.tf", 7, 7, ("TST001",), "agreed"))[:2] == (1, 0)

    def test_without_a_reason_it_holds_and_is_told(self) -> None:
        fires, held, told = self.result(Suppression("main.tf", 7, 6, ("TST001",), ""))
        assert (fires, held) == (0, 1)
        assert told == ["main.tf:6:1: the suppression gives no reason: write one after the rules"]

    def test_an_unknown_rule_is_told_in_an_audit(self) -> None:
        odd = Suppression("main.tf", 7, 6, ("NOPE9",), "agreed")
        assert self.result(odd) == (1, 0, [])
        assert "which is no rule" in self.result(odd, profile="audit")[2][0]

    def test_once_over_it_does_not_hold(self) -> None:
        fires, _, told = self.result(Suppression("main.tf", 7, 6, ("TST001",), "agreed", "2026-05-31"))
        assert fires == 1
        assert "ended on 2026-05-31" in told[0]
        assert self.result(Suppression("main.tf", 7, 6, ("TST001",), "agreed", "2026-06-01"))[0] == 0

    def test_copies_are_held_back_one_by_one(self) -> None:
        made = [resource(f"disk.a[{i}]", line=3 + i, written={("type",): 7}, type="gp2", size=100) for i in (0, 1)]
        held = Suppression("main.tf", 4, 4, ("TST001",), "agreed")
        result = run(stack(*made, suppressions=[held]), GP3)
        assert [f.addresses for f in result.findings] == [("disk.a[0]",)]
        assert [f.addresses for f in result.suppressed] == [("disk.a[1]",)]


class TestFingerprint:
    def prints(self, *made: Resource) -> list[str]:
        return sorted(finding.fingerprint for finding in run(stack(*made), GP3).findings)

    def test_lines_and_sizes_do_not_change_it(self) -> None:
        one = resource("disk.a", line=1, written={("type",): 2}, type="gp2", size=100)
        other = resource("disk.a", line=9, written={("type",): 11}, type="gp2", size=200)
        assert self.prints(one) == self.prints(other)

    def test_other_addresses_change_it(self) -> None:
        assert self.prints(resource("disk.a", type="gp2", size=1)) != self.prints(
            resource("disk.b", type="gp2", size=1)
        )

    def test_a_literal_in_the_block_is_known_without_the_instance(self) -> None:
        written = {("type",): 2}
        many = [resource(f"disk.a[{i}]", written=written, type="gp2", size=100) for i in range(2)]
        assert self.prints(*many) == self.prints(resource("disk.a", written=written, type="gp2", size=100))
