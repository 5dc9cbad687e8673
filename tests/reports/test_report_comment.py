"""The comment of a pull request: what it says, in which order, and when it says nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sample_diffs import diff, exactly, finding, rail, resource

from costlint.model.differences import (
    Amount,
    AttributeChange,
    Diff,
    DiffDiagnostic,
    ProposedChange,
    ShownCurrency,
    Side,
    Sums,
)
from costlint.reports.comment import Manner, is_worth_saying, plain, render, resolved
from costlint.reports.comment_dialects import DIALECTS
from costlint.reports.comment_links import Kind, Repository, links
from costlint.reports.diff_words import verdict

PLAIN = Manner(DIALECTS["github"])
ACME = Repository("github", "https://github.com", "acme/infra")
LINKED = Manner(DIALECTS["github"], links(ACME, "c" * 40), link_before=links(ACME, "b" * 40))


def _error(file: str, line: int = 1) -> DiffDiagnostic:
    return DiffDiagnostic("head", "error", "this block is not closed", file, line if file else 0, 1)


def test_the_verdict_comes_first_then_drivers_then_what_is_new() -> None:
    text = render(diff(resource(), finding()), LINKED)
    commit = "https://github.com/acme/infra/blob/" + "c" * 40
    assert text == "\n".join(
        [
            r"### ▲ +\$100/mo (+20%) · 1 new finding worth \$60.00/mo",
            "",
            "| a month | resource | why |",
            "|---:|---|---|",
            rf"| ▲ +\$100 | `aws_instance.web` [`main.tf:3`]({commit}/main.tf#L3) "
            r"| instance\_type m5.large → m5.4xlarge |",
            "",
            "**New**",
            "",
            r"**\$60.00/mo** gp2 where gp3 with the same IOPS costs less · "
            f"[`main.tf:6`]({commit}/main.tf#L6) · `STO001`",
            "",
            "```diff",
            '- type = "gp2"',
            '+ type = "gp3"',
            "```",
            "",
            r"Total \$500 → \$600/month · compared with main (bbbbbbbb)",
            "",
        ]
    )


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        (diff(), False),
        (diff(resource(4.99)), False),
        (diff(resource(-4.99)), False),
        (diff(resource(5.0)), True),
        (diff(resource(-5.0)), True),
        (diff(resource(600), resource(-600, "aws_instance.other")), False),
        (diff(finding()), True),
        (diff(finding(0.0, saving=None)), True),
        (diff(finding(status="fixed"), finding(status="unchanged")), False),
        (diff(rail()), True),
        (diff(rail(crossed=False, message="")), False),
        (diff(DiffDiagnostic("head", "error", "syntax error", "a.tf", 1, 1)), True),
        (diff(DiffDiagnostic("base", "error", "syntax error", "a.tf", 1, 1)), False),
        (
            diff(
                DiffDiagnostic("head", "error", "syntax error", "a.tf", 2, 1),
                DiffDiagnostic("base", "error", "syntax error", "a.tf", 1, 1),
            ),
            False,
        ),
        (diff(DiffDiagnostic("head", "error", "syntax error", "a.tf", 1, 1, before=True)), False),
        (diff(DiffDiagnostic("head", "warning", "odd", "a.tf", 1, 1)), False),
        (diff(total=Sums(*[exactly(0.0)] * 5, aside=exactly(900.0))), True),
        (diff(total=Sums(*[exactly(0.0)] * 5, unsure=exactly(900.0))), True),
        (diff(resource(600), costs_compared=False), False),
    ],
)
def test_something_is_said_only_if_it_matters(compared: Diff, said: bool) -> None:
    assert is_worth_saying(compared) is said


def test_at_most_five_findings_are_shown_the_dearest_first_and_the_others_counted() -> None:
    found = [finding(10.0 * number, message=f"waste {number}") for number in range(9, 0, -1)]
    text = render(diff(*found), PLAIN)
    assert [f"waste {number}" in text for number in range(1, 10)] == [False] * 4 + [True] * 5
    assert text.index("waste 9") < text.index("waste 5")
    assert r"and 4 more new findings worth \$100/mo" in text


def test_at_most_five_drivers_are_shown() -> None:
    text = render(diff(*(resource(10.0 * number, f"aws_instance.n{number}") for number in range(1, 9))), PLAIN)
    assert text.count("| ▲") == 5
    assert r"and 3 more worth +\$60.00/mo" in text


def test_what_rests_on_usage_stands_apart_as_a_range() -> None:
    gateway = resource(0.0, "aws_nat_gateway.n", usage=Amount(0.5, 45.0, 450.0), changes=(), status="added")
    unsure = finding(40.0, saving=Amount(4.0, 40.0, 400.0), usage_based=True, assumed=True, message="data")
    text = render(diff(gateway, finding(), unsure), PLAIN)
    assert "aws_nat_gateway" not in text.partition("**By usage**")[0]
    assert r"- \+\$0.50 to +\$450/mo (likely +\$45.00) `aws_nat_gateway.n` new" in text
    apart = text.partition("**New, and worth this if usage is as assumed**")
    assert r"**\$40.00 (\$4.00–\$400)/mo** data" in apart[2]
    assert r"**\$60.00/mo**" in apart[0]


def test_a_crossed_limit_says_whom_to_ask() -> None:
    text = render(diff(rail(), rail(action="warn", owners=())), PLAIN)
    lines = text.splitlines()
    assert lines[2].startswith("- **FAIL** the bill grows by")
    assert lines[2].endswith(" · @acme/ml")
    assert lines[3].startswith("- **WARN**")
    assert not lines[3].endswith("@acme/ml")


@pytest.mark.parametrize(
    ("mentions", "owner", "shown"),
    [
        (None, "@acme/ml", "@acme/ml"),
        (None, "@jane-doe", "@jane-doe"),
        (None, "@<0F8FAD5B-D9CB-469F-A165-70867728950E>", "@<0F8FAD5B-D9CB-469F-A165-70867728950E>"),
        (None, "@{557058:3f-aa}", "@{557058:3f-aa}"),
        (None, "the platform team", "`the platform team`"),
        (None, "@a @b", "`@a @b`"),
        (None, "@a](https://evil.example)", "`@a](https://evil.example)`"),
        ({"@acme/ml"}, "@acme/ml", "@acme/ml"),
        ({"@acme/ml"}, "@everyone", "`@everyone`"),
        (set(), "@acme/ml", "`@acme/ml`"),
    ],
)
def test_only_owners_who_may_be_are_mentioned(mentions: set[str] | None, owner: str, shown: str) -> None:
    text = render(diff(rail(owners=(owner,))), Manner(DIALECTS["github"], mentions=mentions))
    assert text.splitlines()[2].endswith(f" · {shown}")


def test_the_rest_is_behind_a_fold() -> None:
    text = render(
        diff(
            resource(assumptions=("assumes 60 %",)),
            resource(0.0, "aws_s3_bucket.b", unpriced=("depends on what is stored",), status="added", changes=()),
            resource(0.0, "aws_instance.same", status="moved", moved_from="aws_instance.was", changes=()),
            finding(status="fixed", message="was waste"),
            rail(crossed=False, message="", unchecked="growth: nothing before"),
            DiffDiagnostic("head", "error", "syntax error", "bad.tf", 4, 1),
            notes=("main was fetched without its history",),
        ),
        PLAIN,
    )
    before, _, folded = text.partition("<details><summary>")
    head, _, inside = folded.partition("</summary>")
    assert head == (
        "1 without a price · 1 assumption · 1 fixed · 1 at the same cost · 1 not checked · 1 about the input"
    )
    for said in ("depends on what is stored", "assumes 60 %", "was waste", "aws_instance.same", "nothing before"):
        assert said in inside.partition("</details>")[0]
        assert said not in before
    assert "main was fetched without its history" in inside
    assert "- **ERROR** `bad.tf:4`: syntax error" in before
    assert "syntax error" not in inside


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        (diff(_error("a.tf")), "▲ at least +$0.00/mo · 1 file could not be read"),
        (diff(_error("a.tf"), _error("a.tf", 9)), "▲ at least +$0.00/mo · 1 file could not be read"),
        (diff(_error("a.tf"), _error("b.tf")), "▲ at least +$0.00/mo · 2 files could not be read"),
        (diff(_error("")), "▲ at least +$0.00/mo · some input could not be read"),
        (diff(_error("a.tf"), resource(100)), "▲ at least +$100/mo (+20%) · 1 file could not be read"),
        (diff(_error("a.tf"), resource(-100)), "▼ up to -$100/mo (-20%) · 1 file could not be read"),
        (
            diff(_error("a.tf"), finding()),
            "▲ at least +$0.00/mo · 1 file could not be read · 1 new finding worth $60.00/mo",
        ),
        (diff(replace(_error("a.tf"), before=True)), "= $0.00/mo · no new findings"),
        (diff(replace(_error("a.tf"), side="base")), "= $0.00/mo · no new findings"),
        (diff(replace(_error("a.tf"), severity="warning")), "= $0.00/mo · no new findings"),
    ],
)
def test_the_verdict_says_what_can_no_longer_be_read(compared: Diff, said: str) -> None:
    assert verdict(compared) == said


def test_what_can_no_longer_be_read_stands_above_the_fold_and_makes_the_total_a_lower_bound() -> None:
    errors = [_error("bad.tf", number) for number in range(1, 8)]
    text = render(diff(*errors, resource(assumptions=("assumes 60 %",))), LINKED)
    above, _, below = text.partition("<details>")
    place = f"[`bad.tf:1`](https://github.com/acme/infra/blob/{'c' * 40}/bad.tf#L1)"
    assert f"\n- **ERROR** {place}: this block is not closed\n" in above
    assert above.count("**ERROR**") == 5
    assert "- and 2 more errors\n" in above
    assert above.index("**ERROR**") < above.index("| a month |")
    assert below.count("this block is not closed") == 2
    assert r"Total \$500 → at least \$600/month" in text


def test_a_driver_is_at_the_value_that_changed_and_names_no_stack_its_path_names() -> None:
    changed = AttributeChange("root_block_device.volume_size", 2000, 4000, file="prod/regions.tf", line=31)
    text = render(diff(resource(file="modules/web/main.tf", stack="prod", changes=(changed,))), LINKED)
    assert f"[`prod/regions.tf:31`](https://github.com/acme/infra/blob/{'c' * 40}/prod/regions.tf#L31) |" in text
    elsewhere = render(diff(resource(file="modules/web/main.tf", stack="prod")), PLAIN)
    assert "`modules/web/main.tf:3` (prod) |" in elsewhere


def test_what_is_removed_is_linked_where_it_was() -> None:
    text = render(diff(resource(-100.0, status="removed", changes=()), resource(90.0, "aws_instance.new")), LINKED)
    assert f"[`main.tf:3`](https://github.com/acme/infra/blob/{'b' * 40}/main.tf#L3) | removed |" in text
    assert f"`aws_instance.new` [`main.tf:3`](https://github.com/acme/infra/blob/{'c' * 40}/main.tf#L3)" in text


@pytest.mark.parametrize(("file", "why"), [("main.tf", "removed, or in what could not be read"), ("a.tf", "removed")])
def test_what_was_in_a_file_that_broke_may_still_be_there(file: str, why: str) -> None:
    text = render(diff(_error("main.tf"), resource(-100.0, file=file, status="removed", changes=())), PLAIN)
    assert f"| `aws_instance.web` `{file}:3` | {why} |" in text


def test_what_was_off_before_is_only_counted() -> None:
    old = [DiffDiagnostic("head", "warning", f"old {number}", "a.tf", number, 1, before=True) for number in (1, 2)]
    text = render(diff(resource(), *old, DiffDiagnostic("head", "warning", "odd", "a.tf", 9, 1)), PLAIN)
    assert "<summary>1 about the input</summary>" in text
    assert "**warning** `a.tf:9`: odd" in text
    assert "old 1" not in text
    assert " · 2 input warnings as before · compared with" in text
    assert "<details>" not in render(diff(resource(), *old), PLAIN)


def test_what_is_said_about_the_input_is_not_cut_within_a_sentence() -> None:
    advice = "Fetch it: costlint modules fetch --all."
    long = f"The module {'m' * 300} is not here. {advice}"
    told = render(diff(resource(), DiffDiagnostic("head", "warning", long, "a.tf", 1, 1)), PLAIN)
    assert advice in told
    endless = "It is said at length. " * 100
    told = render(diff(resource(), DiffDiagnostic("head", "warning", endless, "a.tf", 1, 1)), PLAIN)
    assert "It is said at length. …\n" in told


def test_what_rests_on_usage_and_moves_by_cents_is_not_told() -> None:
    cents = replace(resource(0.0, "aws_s3_bucket.logs"), delta=exactly(-0.2), usage=Amount(-0.21, -0.2, 0.0))
    assert "By usage" not in render(diff(cents), PLAIN)
    more = resource(0.0, "aws_s3_bucket.data", usage=Amount(0.0, 0.2, 1.0), changes=())
    told = render(diff(cents, more), PLAIN)
    assert "aws_s3_bucket.data" in told
    assert "aws_s3_bucket.logs" not in told


@pytest.mark.parametrize(
    ("quoted", "added", "shown"),
    [
        ('  type              = "gp2"', ("iops", 6000), "+ iops              = 6000"),
        ('  type = "gp2"', ("throughput", 250), "+ throughput = 250"),
        ('  type              = "gp2"', ("ebs", {"size": 8}), "+ ebs { size = 8 }"),
    ],
)
def test_added_lines_are_aligned_with_the_edit_beside_them(quoted: str, added: tuple[str, object], shown: str) -> None:
    (edit,) = finding().change
    start = quoted.index('"') + 1
    first = replace(edit, quoted=quoted, column=start, end_column=start + 5)
    text = render(diff(finding(change=(first, ProposedChange(edit.address, added[0], None, added[1])))), PLAIN)
    assert f"\n{shown}\n" in text


def test_a_platform_without_folds_and_tables_gets_lists() -> None:
    many = resource(assumptions=tuple(f"assumes {number}" for number in range(9)))
    text = render(diff(many, finding()), Manner(DIALECTS["bitbucket"]))
    assert "<" not in text
    assert "\n|" not in text
    assert "- **▲ +$100** `aws_instance.web` `main.tf:3`: instance\\_type m5.large → m5.4xlarge\n" in text
    assert text.count("assumes") == 3
    assert "- and 6 more" in text


def test_the_lines_of_a_change_are_whole_ones_where_they_are_known() -> None:
    added = ProposedChange("aws_ebs_volume.data", "iops", None, 6000)
    unknown = ProposedChange("aws_ebs_volume.data", "size", {"unknown": "var.size"}, 20)
    (edit,) = finding().change
    text = render(diff(finding(change=(edit, added, unknown))), PLAIN)
    assert '- type = "gp2"\n+ type = "gp3"\n+ iops = 6000\n- size = var.size\n+ size = 20\n```' in text


def test_a_line_that_reads_otherwise_than_said_is_not_edited() -> None:
    (edit,) = finding().change
    text = render(diff(finding(change=(ProposedChange(**{**_fields(edit), "quoted": "  type = var.x"}),))), PLAIN)
    assert "var.x" not in text


def _fields(edit: ProposedChange) -> dict[str, object]:
    return {name: getattr(edit, name) for name in edit.__struct_fields__}


def test_money_is_in_the_currency_of_the_comparison() -> None:
    text = render(diff(resource(), currency=ShownCurrency("EUR", 0.5, "2026-11-01")), PLAIN)
    assert text.startswith("### ▲ +€50.00/mo")


def test_what_takes_the_place_of_an_earlier_comment_says_so() -> None:
    lines = resolved(diff(resource(1.0)), PLAIN).splitlines()
    assert lines[0] == r"### ▲ +\$1.00/mo · no new findings"
    assert lines[2] == r"Nothing is new, and the bill moves by less than \$5.00/mo: nothing is left to look at."
    assert lines[4] == r"Total \$500 → \$501/month · compared with main (bbbbbbbb)"


def test_a_base_that_is_only_a_place_in_history_is_its_commit() -> None:
    base = Side("commit", "HEAD^1", "b" * 40)
    assert render(diff(resource(), base=base), PLAIN).endswith(" · compared with bbbbbbbb\n")


def test_as_a_file_it_mentions_nobody() -> None:
    assert "`@acme/ml`" in plain(diff(rail()))


def test_saved_reports_of_scan_show_stacks() -> None:
    from costlint.model.differences import StackDelta

    moved = StackDelta("prod", "changed", True, exactly(10.0), exactly(90.0), exactly(80.0), exactly(80.0), Amount())
    total = Sums(exactly(10.0), exactly(90.0), exactly(80.0), exactly(80.0), Amount())
    text = render(diff(detail="stack", stacks=(moved,), total=total), PLAIN)
    assert r"| ▲ +\$80.00 | `prod` | \$10.00 → \$90.00 |" in text


@pytest.mark.parametrize(
    ("kind", "web", "name", "lines", "address"),
    [
        ("github", "https://github.com", "acme/infra", (3, 3), "https://github.com/acme/infra/blob/SHA/a%20b.tf#L3"),
        ("github", "https://g.test/x/", "a/b", (3, 7), "https://g.test/x/a/b/blob/SHA/a%20b.tf#L3-L7"),
        ("github", "https://g.test", "a/b", (0, 0), "https://g.test/a/b/blob/SHA/a%20b.tf"),
        ("gitlab", "https://gitlab.com", "a/b/c", (3, 7), "https://gitlab.com/a/b/c/-/blob/SHA/a%20b.tf#L3-7"),
        ("gitlab", "https://gitlab.com", "a/b", (3, 3), "https://gitlab.com/a/b/-/blob/SHA/a%20b.tf#L3"),
        (
            *("azure", "https://dev.azure.com/acme", "My Team/infra", (3, 7)),
            "https://dev.azure.com/acme/My%20Team/_git/infra?path=/a%20b.tf&version=GCSHA"
            "&line=3&lineEnd=8&lineStartColumn=1&lineEndColumn=1",
        ),
        ("bitbucket", "https://bitbucket.org", "a/b", (3, 3), "https://bitbucket.org/a/b/src/SHA/a%20b.tf#lines-3"),
        ("bitbucket", "https://bitbucket.org", "a/b", (3, 7), "https://bitbucket.org/a/b/src/SHA/a%20b.tf#lines-3:7"),
        (
            *("bitbucket-server", "https://b.test", "KEY/infra", (3, 7)),
            "https://b.test/projects/KEY/repos/infra/browse/a%20b.tf?at=SHA#3-7",
        ),
        (
            *("bitbucket-server", "https://b.test", "~jane/infra", (3, 3)),
            "https://b.test/users/jane/repos/infra/browse/a%20b.tf?at=SHA#3",
        ),
    ],
)
def test_links_are_those_of_the_platform(kind: Kind, web: str, name: str, lines: tuple[int, int], address: str) -> None:
    assert links(Repository(kind, web, name), "SHA")("a b.tf", *lines) == address


@pytest.mark.parametrize(
    ("file", "directory", "path"),
    [
        ("main.tf", "", "main.tf"),
        ("main.tf", "infra/prod", "infra/prod/main.tf"),
        ("../modules/a.tf", "infra", "modules/a.tf"),
        ("../../etc/passwd", "infra", ""),
        ("/etc/passwd", "", ""),
        ("..", "", ""),
        ("C:/x.tf", "", ""),
        ("a](https://evil.example)/x.tf", "", "a%5D%28https%3A/evil.example%29/x.tf"),
        ("a?b#c.tf", "", "a%3Fb%23c.tf"),
    ],
)
def test_only_files_of_the_repository_are_linked(file: str, directory: str, path: str) -> None:
    link = links(Repository("github", "https://h", "o/r"), "SHA", directory)(file, 1, 1)
    assert link == (f"https://h/o/r/blob/SHA/{path}#L1" if path else "")


def test_without_a_commit_places_are_no_links() -> None:
    assert links(Repository("github", "https://h", "o/r"), "")("main.tf", 1, 1) == ""
