from __future__ import annotations

import pytest
from msgspec.structs import replace
from sample_reports import finding, report, span, storage_bill, volume

from costlint.model import (
    Acceptance,
    Change,
    Coverage,
    Diagnostic,
    Finding,
    LeftOut,
    Money,
    Patch,
    Region,
    Span,
    Stack,
    StackResult,
    Totals,
    UnresolvedModule,
)
from costlint.reports.layout import Role
from costlint.reports.summary import unpriced
from costlint.reports.text import SCREEN, render

_ERROR = Diagnostic("error", "expected }", "broken.tf", 7, 2)


_LEFT_OUT = LeftOut(min_saving=20, smaller=12, worth=64.1, unpriced=3, not_editable=2, shared=1)


def _many(number: int) -> list[object]:
    return [
        finding(address=f"aws_ebs_volume.v{i}", saving=Money.exactly(100 - i), span=span(line=i + 1))
        for i in range(number)
    ]


def test_the_coverage_says_how_many_resources_are_priced_in_part() -> None:
    assert "7 resources: 5 priced, 2 of them in part · 2 free" in render(
        report(finding(), coverage=Coverage(resources=7, priced=5, free=2, in_part=2))
    )


def test_a_single_finding_reads_like_this() -> None:
    assert render(report(finding())) == (
        "$1,000/month as written; $20.00/month (2%) can be saved.\n"
        "\n"
        "$20.00/mo  aws_ebs_volume.models uses gp2; gp3 has the same baseline for less\n"
        "           main.tf:3:10  STO001  prod\n"
        '           - type = "gp2"\n'
        '           + type = "gp3"\n'
        "\n"
        "Total     $1,000 → $980/month, saving $20.00; overlaps counted once\n"
        "Phases    quick-win $20.00\n"
        "Coverage  12 resources: 7 priced · 3 free · 2 unpriced (most: aws_foo is not priced yet)\n"
        "Next      costlint explain main.tf:3 shows the arithmetic\n"
    )


def test_without_findings_one_line_names_what_was_priced() -> None:
    assert render(report()) == "Nothing to save found: 10 of 12 resources priced or free, $1,000/month.\n"


def test_the_headline_says_how_much_of_the_saving_is_assumed() -> None:
    totals = Totals(Money.exactly(1000), Money.exactly(700), Money(100, 300, 500), assumed=200.0)
    assert render(report(finding(), totals=totals)).startswith(
        "$1,000/month as written; $300/month (30%) can be saved, ~$200 of it assumed.\n"
    )


def test_with_commitments_the_assumed_part_is_of_what_you_pay() -> None:
    cash = Money.exactly(50)
    totals = Totals(
        *(Money.exactly(amount) for amount in (1000, 700, 300)),
        list_current=Money.exactly(1000),
        list_saving=Money.exactly(300),
        cash_current=Money.exactly(900),
        cash_saving=cash,
        assumed=200.0,
    )
    headline = render(report(finding(), totals=totals), width=200).splitlines()[0]
    assert headline.endswith("$50.00/month in cash (6%) can be saved (~$200 of $300 at your prices assumed).")


def test_a_saving_that_may_turn_out_smaller_shows_its_ends() -> None:
    text = render(report(finding(saving=Money(0, 20, 40))))
    assert "~$20.00/mo  aws_ebs_volume.models" in text
    assert " · $0.00–$40.00" in text


def test_without_anything_to_scan_that_is_said() -> None:
    assert render(report(stacks=(), coverage=Coverage())) == "Nothing to scan here.\n"


def test_stacks_whose_modules_are_all_elsewhere_are_told_how_to_get_them() -> None:
    stack = Stack("live/app", "terraform", "live/app")
    stack.unresolved.append(UnresolvedModule("app", "git::https://example.com/acme/modules.git//app", span()))
    result = StackResult(stack, {}, (), Totals())
    assert render(report(stacks=(result,), coverage=Coverage(unresolved_modules=1, libraries=1))) == (
        "Nothing to price in 1 stack yet: 1 module is not here; run `costlint modules fetch`.\n"
    )


def test_libraries_alone_are_not_taken_for_a_deployment() -> None:
    assert render(report(coverage=Coverage(libraries=2))).startswith("Nothing here is deployed: 2 libraries")


def test_without_findings_notes_stay_on_the_line() -> None:
    note = Diagnostic("note", "the module is not here", "main.tf", 1, 1)
    assert render(report(diagnostics=(note,))).endswith("$1,000/month. 1 note (--all).\n")


def test_without_findings_errors_stand_on_lines_of_their_own() -> None:
    assert render(report(diagnostics=(_ERROR, _ERROR))) == (
        "Nothing to save found: 10 of 12 resources priced or free, $1,000/month.\n"
        "Input     2 errors\n"
        "  error broken.tf:7:2: expected }\n"
        "  error broken.tf:7:2: expected }\n"
    )


def test_errors_come_before_what_they_are_the_reason_for() -> None:
    text = render(report(diagnostics=(_ERROR,), coverage=Coverage(libraries=1)))
    assert text.startswith("Input     1 error\n  error broken.tf:7:2: expected }\nNothing here is deployed: 1 library")


def test_without_findings_an_assumed_region_has_a_line_of_its_own() -> None:
    unplaced = replace(volume(), region=Region("us-east-1", assumed=True))
    stack = Stack(name="a", kind="terraform", path="a", resources=[unplaced])
    result = StackResult(stack, {unplaced.address: storage_bill()}, (), Totals())
    lines = render(report(stacks=(result,))).splitlines()
    assert lines[-1] == "Next      no region is written, us-east-1 is assumed: pass --region to be sure"


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_diagnostic_is_wrapped_and_says_its_point(width: int) -> None:
    odd = Diagnostic("warning", f'unknown key {"x" * 30}; did you mean "monthly_data_transfer_gb"?', "usage.yml", 3, 1)
    for text in (
        render(report(finding(), diagnostics=(odd,)), width=width),
        render(report(diagnostics=(odd,)), width=width, everything=True),
    ):
        assert '"monthly_data_transfer_gb"?' in text
        assert max(map(len, text.splitlines())) <= width


def test_a_diagnostic_of_any_length_takes_a_few_lines() -> None:
    endless = Diagnostic("error", "n" * 100_000, "main.tf", 1, 1)
    assert len(render(report(diagnostics=(endless,)), width=80).splitlines()) < 12


def test_the_place_of_a_diagnostic_is_never_cut() -> None:
    file = "a_long_directory/" * 6 + "main.tf"
    odd = Diagnostic("error", "expected }", file, 7, 2)
    assert f"{file}:7:2:\n" in render(report(finding(), diagnostics=(odd,)), width=60)


def test_the_place_of_a_finding_is_never_cut() -> None:
    file = "a_long_directory/" * 6 + "main.tf"
    lines = render(report(finding(span=span(file))), width=60).splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip() == f"{file}:3:10")
    assert lines[at + 1].strip() == "STO001  prod"
    assert len(lines[at - 1]) <= 60


def test_errors_are_listed_where_they_are_why_there_is_nothing() -> None:
    text = render(replace(report(diagnostics=(_ERROR,)), coverage=Coverage()))
    assert "  error broken.tf:7:2: expected }\n" in text


def test_only_ten_findings_are_shown_and_the_rest_is_counted() -> None:
    text = render(report(*_many(13)))
    assert text.count("STO001") == 10
    assert "+3 more worth $267/month (--all)" in text


def test_everything_shows_every_finding_and_diagnostic() -> None:
    notes = tuple(Diagnostic("note", f"note {i}", "main.tf", i + 1, 1) for i in range(20))
    text = render(report(*_many(13), diagnostics=notes), everything=True)
    assert text.count("STO001") == 13
    assert text.count("  note main.tf") == 20
    assert "(--all" not in text


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("problems", [0, 1, 3, 50])
def test_the_default_report_fits_the_screen(width: int, problems: int) -> None:
    longer = [
        finding(
            address=f"module.serving.aws_ebs_volume.v{i}", message="a long message " * 20, environment=f.environment
        )
        for i, f in enumerate(_many(30))
    ]
    whole = replace(report(*longer, diagnostics=(_ERROR,) * problems), left_out=_LEFT_OUT)
    lines = render(whole, width=width).splitlines()
    assert len(lines) <= SCREEN
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("left_out", "line"),
    [
        (LeftOut(20), ""),
        (LeftOut(20, 1, 4), "1 smaller finding worth $4.00/month (--min-saving 0)"),
        (LeftOut(20, unpriced=3), "3 without a price (--profile audit)"),
        (
            LeftOut(20, 3, 250, cashless=2, cashless_worth=244),
            "1 smaller finding worth $6.00/month (--min-saving 0) · 2 findings worth $244/month at your prices, but "
            "less than $20.00 in cash while commitments last (--min-saving 0)",
        ),
        (LeftOut(20, not_editable=1), "1 in modules from elsewhere that have no input for it (--profile audit)"),
        (LeftOut(20, 2, 30, shared=5), "2 smaller findings worth $30.00/month (--min-saving 0) · 5 on lines that"),
    ],
)
def test_what_is_left_out_is_one_line(left_out: LeftOut, line: str) -> None:
    text = render(replace(report(finding()), left_out=left_out), width=200)
    (found,) = [each for each in text.splitlines() if each.startswith("Left out")] or [""]
    assert found.removeprefix("Left out  ").startswith(line)
    assert bool(found) is bool(line)


def test_nothing_found_is_one_line_with_what_is_left_out_where_that_fits() -> None:
    warning = Diagnostic("warning", "odd", "main.tf", 1, 1)
    some = LeftOut(min_saving=20, smaller=12, worth=64.1)
    text = render(replace(report(diagnostics=(warning,)), left_out=some), width=160)
    assert text.count("\n") == 1
    assert "Left out: 12 smaller findings worth $64.10/month (--min-saving 0)." in text
    assert text.endswith(" 1 warning (--all).\n")


def test_nothing_found_with_much_to_say_has_a_line_for_each() -> None:
    warning = Diagnostic("warning", "odd", "main.tf", 1, 1)
    text = render(replace(report(diagnostics=(warning,)), left_out=_LEFT_OUT))
    labels = [line[:9].strip() for line in text.splitlines() if line[:1] != " "]
    assert labels == ["Nothing t", "Left out", "Input"]
    assert "…" not in text


def test_what_is_to_be_passed_to_a_module_says_so() -> None:
    change = Change("module.disk", "kind", None, "gp3", span())
    text = render(report(finding(changes=(change,))), quiet=True)
    assert "to pass to module.disk" in text
    assert '+ kind = "gp3"' in text


@pytest.mark.parametrize(
    ("marks", "note"),
    [({"shared": True}, "production shares the line"), ({"editable": False}, "its module has no input for it")],
)
def test_a_line_that_is_no_line_to_edit_says_why(marks: dict[str, bool], note: str) -> None:
    assert note in render(report(replace(finding(), **marks)), quiet=True)


def test_a_finding_takes_at_most_four_lines() -> None:
    changes = tuple(Change("aws_ebs_volume.models", f"tags.{i}", "a", "b") for i in range(5))
    text = render(report(finding(message="word " * 60, changes=changes)), quiet=True, width=80)
    assert len(text.splitlines()) == 4
    assert "5 edits" in text


def test_copies_of_one_literal_are_counted() -> None:
    addresses = tuple(f"aws_ebs_volume.models[{i}]" for i in range(50))
    assert "×50" in render(report(finding(addresses=addresses)))


def test_an_address_the_message_does_not_name_is_added() -> None:
    text = render(report(finding(message="gp2 is dearer", addresses=('module.a["x"].aws_ebs_volume.v',))))
    assert 'module.a["x"].aws_ebs_volume.v' in text


def test_assumed_savings_are_marked() -> None:
    text = render(report(finding(usage_based=True, saving=Money(1, 20, 300))))
    assert "~$20.00/mo" in text
    assert "assumed" in text


def test_a_lower_bound_says_so() -> None:
    totals = Totals(current=Money.exactly(500), proposed=Money.exactly(480), saving=Money.exactly(20), partial=True)
    text = render(report(finding(), totals=totals))
    assert text.startswith("At least $500/month")


def test_control_characters_from_the_input_are_escaped() -> None:
    text = render(report(finding(message="evil \x1b[2J name", span=span(file="a\x1b]0;x\x07.tf"))))
    assert "\x1b" not in text
    assert "\\x1b[2J" in text


def test_quiet_prints_nothing_when_nothing_is_found() -> None:
    assert render(report(diagnostics=(_ERROR,)), quiet=True) == ""


def test_several_stacks_are_shown_side_by_side() -> None:
    def one(name: str, cost: float) -> StackResult:
        stack = Stack(name=name, kind="terraform", path=name)
        return StackResult(stack, {}, (), Totals(current=Money.exactly(cost)))

    text = render(report(finding(), stacks=(one("dev", 70), one("prod", 930))))
    assert "Stacks    prod $930 · dev $70.00" in text


@pytest.mark.parametrize(
    ("coverage", "hint"),
    [
        (Coverage(resources=1, unresolved_modules=2), "2 modules are not here: run `costlint modules fetch`"),
        (Coverage(resources=1, awaiting_environment=14), "14 checks await an environment"),
    ],
)
def test_the_next_step_is_what_helps_most(coverage: Coverage, hint: str) -> None:
    assert hint in render(report(finding(), coverage=coverage))


def test_terraform_init_does_not_bring_a_missing_directory() -> None:
    missing = UnresolvedModule("module.m", "./gone", Span("main.tf", 1, 1, 1, 9))
    result = StackResult(Stack(name="a", kind="terraform", path="a", unresolved=[missing]), {}, (), Totals())
    coverage = Coverage(resources=1, unresolved_modules=1)
    assert "terraform init" not in render(report(finding(), stacks=(result,), coverage=coverage))


def test_an_assumed_region_is_the_next_step() -> None:
    unplaced = replace(volume(), region=Region("us-east-1", assumed=True))
    stack = Stack(name="a", kind="terraform", path="a", resources=[unplaced])
    result = StackResult(stack, {unplaced.address: storage_bill()}, (), Totals())
    assert "us-east-1 is assumed: pass --region" in render(report(finding(), stacks=(result,)))


def test_a_finding_without_a_change_is_still_a_finding() -> None:
    text = render(report(finding(changes=(), patch=Patch(()), saving=None, unpriced=("no price for it",))))
    assert "unpriced" in text
    assert "no price for it" in text


def test_colours_do_not_change_what_is_cut() -> None:
    def loud(text: str, role: Role) -> str:
        return f"<{role}>{text}</>"

    import re

    coloured = render(report(*_many(12)), width=50, paint=loud)
    assert re.sub(r"<[a-z]+>|</>", "", coloured) == render(report(*_many(12)), width=50)


def test_what_is_left_out_is_what_is_not_shown_whatever_its_rank() -> None:
    certain = [finding(address=f"aws_ebs_volume.v{i}", saving=Money.exactly(30)) for i in range(12)]
    assumed = [finding(address=f"aws_x.v{i}", saving=Money(0, 1000, 2000), usage_based=True) for i in range(4)]
    assert "+6 more worth $180/month (--all)" in render(report(*certain, *assumed))


@pytest.mark.parametrize("found", [(), (finding(address="aws_ebs_volume.other"),)])
def test_all_lists_what_is_accepted_why_until_when_and_where(found: tuple[Finding, ...]) -> None:
    accepted = replace(finding(), suppressed="vendor", acceptance=Acceptance("vendor", ".costlint.yaml", "2027-03-31"))
    text = render(report(*found, suppressed=(accepted,)), everything=True)
    assert (
        f"  {accepted.fingerprint[:8]}  STO001  main.tf:3:10\n    vendor, until 2027-03-31 (.costlint.yaml)\n" in text
    )
    assert "2027-03-31" not in render(report(*found, suppressed=(accepted,)))


@pytest.mark.parametrize(
    ("coverage", "monthly", "said"),
    [
        (Coverage(resources=1), 0.0, "No price for the only resource"),
        (Coverage(resources=3, unknown=2), 0.0, "No price for 3 of 3 resources"),
        (Coverage(resources=3, free=1, unknown=1), 0.0, "No price for 2 of 3 resources, the others are free"),
        (Coverage(resources=3, free=3), 0.0, ""),
        (Coverage(resources=2, priced=1), 0.0, ""),
        (Coverage(resources=2, unknown=2), 7.0, ""),
        (Coverage(), 0.0, ""),
    ],
    ids=["one", "several", "some free", "all free", "a price of nothing", "usage alone", "nothing there"],
)
def test_where_nothing_has_a_price_no_amount_is_said(coverage: Coverage, monthly: float, said: str) -> None:
    totals = Totals(current=Money(0.0, 0.0, monthly))
    assert unpriced(report(coverage=coverage, totals=totals)) == said
