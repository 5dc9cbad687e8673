from __future__ import annotations

import pytest
from msgspec.structs import replace
from sample_reports import GP2, finding, report, span, storage_bill, volume

from costlint.model import Origin, Region, Stack, StackResult, Totals
from costlint.reports.explain import explain_place, explain_rule


def test_a_bill_expands_to_arithmetic_sources_and_assumptions() -> None:
    assert explain_place(report(), "main.tf", 2) == (
        "aws_ebs_volume.models  main.tf:1:1\n"
        "  $102 ($100–$125)/month in us-east-1\n"
        "    storage: 1,000 gb-month × $0.10 = $100\n"
        "      ebs.gp2.storage, AWS price list, 2026-07-20\n"
        "  ~ snapshots: 50 (0–500) gb-month × $0.05 = $2.50 ($0.00–$25.00)\n"
        "      ebs.snapshot, AWS price list, 2026-07-20\n"
        "      assumes 50 gb-month (0–500): daily snapshots of a tenth of the volume\n"
    )


def test_what_has_no_region_is_not_said_to_be_in_one() -> None:
    resource = replace(volume(), region=Region("", True))
    stack = Stack("main", "terraform", "", resources=[resource])
    result = StackResult(stack, {resource.address: storage_bill()}, (), Totals())
    text = explain_place(replace(report(), stacks=(result,)), "main.tf", 2)
    assert "  $102 ($100–$125)/month\n" in text


def test_a_finding_shows_both_prices_the_change_and_the_way_to_the_line() -> None:
    text = explain_place(report(finding()), "main.tf", 3)
    for part in (
        "STO001 gp2-volume",
        "as written         $100/month",
        "with the change    $80.00/month",
        "saving             $20.00/month",
        '- type = "gp2"',
        '+ type = "gp3"',
        "main.tf:3:10  attribute type",
    ):
        assert part in text


def test_a_line_on_the_way_to_the_literal_leads_to_the_finding() -> None:
    chain = (Origin(span("main.tf", 1), "resource"), Origin(span("prod.tfvars", 9), "prod.tfvars"))
    text = explain_place(report(finding(chain=chain, span=span("prod.tfvars", 9))), "prod.tfvars", 9)
    assert "STO001" in text
    assert "aws_ebs_volume.models  main.tf:1:1" in text


@pytest.mark.parametrize(("file", "number"), [("main.tf", 99), ("other.tf", 2)])
def test_an_empty_place_explains_nothing(file: str, number: int) -> None:
    assert explain_place(report(finding()), file, number) == ""


def test_equal_copies_are_billed_once_with_their_number() -> None:
    copies = [volume(f"aws_ebs_volume.models[{i}]") for i in range(3)]
    stack = Stack(name="infra", kind="terraform", path="infra", resources=copies, region=Region("us-east-1"))
    result = StackResult(stack, {copy.address: storage_bill() for copy in copies}, (), Totals())
    text = explain_place(report(stacks=(result,)), "main.tf", 1)
    assert "aws_ebs_volume.models[0]  ×3" in text
    assert "3 copies: $308 ($300–$375)/month" in text


def test_a_suppressed_finding_is_explained_with_its_reason() -> None:
    quiet = replace(finding(), suppressed="moved next quarter")
    assert "suppressed: moved next quarter" in explain_place(report(suppressed=(quiet,)), "main.tf", 3)


def test_a_rules_page_says_why_and_where_to_read_on() -> None:
    page = explain_rule(GP2, width=60)
    assert page.startswith("STO001 gp2-volume\ngp2 volume where gp3 costs less\n")
    assert "\nWhy\ngp3 has the same baseline for a fifth less, in every region.\n" in page
    assert "Fix       safe" in page
    assert page.endswith("general-purpose.html\n")


def test_code_on_a_rules_page_keeps_its_lines() -> None:
    code = '```hcl\nresource "aws_ebs_volume" "a" { type = "gp3" } # a line that is longer than the page is wide\n```'
    assert code in explain_rule(replace(GP2, why=f"Write\n\n{code}\n"), width=40)


def test_prose_is_wrapped_anew_and_lists_and_code_are_not() -> None:
    why = "One sentence that was\nwrapped too\nearly.\n\n- a list\n  goes on\n\n```\ncode  stays\n# here\n```\nThe end."
    page = explain_rule(replace(GP2, why=why), width=60)
    assert (
        "\nOne sentence that was wrapped too early.\n\n- a list\n  goes on\n\n```\ncode  stays\n# here\n```\nThe end.\n"
        in page
    )


def test_lines_of_a_block_are_explained_together() -> None:
    low = finding(span=span("main.tf", 20), chain=(), changes=())
    assert explain_place(report(low), "main.tf", 21) == ""
    assert "STO001" in explain_place(report(low), "main.tf", 19, 21)
    assert explain_place(report(low), "main.tf", 21, 22) == ""


def test_a_long_address_does_not_push_the_place_off_the_line() -> None:
    address = "module.a." * 12 + "aws_ebs_volume.models"
    changed = finding(address=address)
    text = explain_place(report(changed), "main.tf", 3, width=80)
    assert f"  in {address}\n  at main.tf:3:10\n" in text


def test_bills_of_several_stacks_say_which_is_which() -> None:
    results = []
    for name in ("dev", "prod"):
        stack = Stack(
            name=f"envs/{name}", kind="terraform", path=name, resources=[volume()], region=Region("us-east-1")
        )
        results.append(StackResult(stack, {volume().address: storage_bill()}, (), Totals()))
    text = explain_place(report(stacks=tuple(results)), "main.tf", 1)
    assert [line.rpartition(", ")[2] for line in text.splitlines() if "/month" in line] == ["envs/dev", "envs/prod"]
