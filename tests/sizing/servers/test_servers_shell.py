"""Scripts are followed to their simple commands, with variables as a shell expands them."""

from __future__ import annotations

import pytest

from costlint.sizing.servers.shell import commands
from costlint.sizing.servers.words import HOLE, Variable, Variables, Word

_VALUES = {"MODEL": Variable("org/model"), "ARGS": Variable("--a 1 --b"), "EMPTY": Variable("")}


def ran(script: str, *arguments: str) -> list[list[str]]:
    found = commands(script, Variables(_VALUES), (), [Word(one) for one in arguments])
    return [[word.text.replace(HOLE, "?") for word in command.words] for command in found]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a b && c || d; e | f & g", [["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"]]),
        ("a \\\n  --b=1 \\\n  c # d\ne", [["a", "--b=1", "c"], ["e"]]),
        ("""a 'b c' "d $MODEL" e\\ f""", [["a", "b c", "d org/model", "e f"]]),
        ("""a '$MODEL' "\\$MODEL" ""  """, [["a", "$MODEL", "$MODEL", ""]]),
        ("a $ARGS", [["a", "--a", "1", "--b"]]),
        ('a "$ARGS"', [["a", "--a 1 --b"]]),
        (
            "a ${MODEL} ${NONE:-x} ${EMPTY:-y} ${EMPTY-z} ${MODEL:-w} ${MODEL:+v}",
            [["a", "org/model", "x", "y", "org/model", "?"]],
        ),
        ("X=1; Y=$X$X a $Y; b $X", [["a", "?"], ["b", "1"]]),
        ("export X=1 Y=2\na $X $Y", [["a", "1", "2"]]),
        ("X=a; X+=b; c $X", [["c", "ab"]]),
        ("a $(b c) `d` $((1+1)) $? ${#X} ${X%.*}", [["a", "?", "?", "?", "?", "?", "?"]]),
        ("a > out 2>&1 < in >> more", [["a"]]),
        ("if a; then b; elif c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("while true; do a; done; until b; do c; done", [["true"], ["a"], ["b"], ["c"]]),
        ("f() { a; }; f", [["a"], ["f"]]),
        ("(a; b)", [["a"], ["b"]]),
        ("for i in 1 2; do a $i; done", [["for", "i", "in", "1", "2"], ["a", "?"]]),
        ("cat <<EOF\nvllm serve x\nEOF\na", [["cat"], ["a"]]),
        ("cat <<-'EOF' > f\n\tb\n\tEOF\na", [["cat"], ["a"]]),
        ("cat <<EOF\nnever ends", [["cat"]]),
        ("a 'never ends", [["a", "never ends"]]),
        ('a "$(', [["a", "?"]]),
        ("", []),
        ("# only words about it", []),
    ],
)
def test_a_script_is_split_as_a_shell_does(script: str, expected: list[list[str]]) -> None:
    assert ran(script) == expected


def test_a_script_gets_its_arguments() -> None:
    assert ran('a "$1" "${2:-x}" ${3:-y}; shift; b "$@"', "p q", "r")[0] == ["a", "p q", "r", "?"]


def test_set_gives_new_arguments() -> None:
    assert ran('set -- a b; c "$@"')[-1] == ["c", "a", "b"]


def test_what_a_script_reads_may_set_anything() -> None:
    found = commands("source /env; a ${X:-1}", Variables({}))
    assert found[-1].words[-1].text == HOLE


def test_files_a_script_writes_are_known_until_it_changes_them() -> None:
    write = "cat > /tmp/c.yaml <<EOF\nmodel: $MODEL\nEOF\n"
    assert commands(write + "a", Variables(_VALUES))[-1].files == {"/tmp/c.yaml": "model: org/model"}
    assert commands(write + "sed -i s/a/b/ /tmp/c.yaml\na", Variables(_VALUES))[-1].files == {}


def test_a_long_script_ends() -> None:
    assert len(commands("a;" * 50_000, Variables({}))) == 2000
