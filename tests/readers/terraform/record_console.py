"""Ask Terraform what every expression of `console_expressions.txt` is, one process each.

    python tests/readers/terraform/record_console.py

writes `console_answers.json`; run it after adding expressions, with a `terraform` binary on the PATH.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
EXPRESSIONS = HERE / "console_expressions.txt"
ANSWERS = HERE / "console_answers.json"
ERROR = "error"
# The console reads lines of at most 64 KiB.
AT_ONCE = 200
WORKERS = 2

FILES: dict[str, str | bytes] = {
    "hello.txt": "hello, file\n",
    "binary.bin": b"\xff\x00\xfe",
    "data.json": '{"pools": [{"size": 3}], "name": "gpu"}',
    "greeting.tftpl": "Hello ${name}!\n%{ for item in items ~}\n- ${upper(item)}\n%{ endfor ~}\n",
    "whole.tftpl": "${value}",
    "escapes.tftpl": 'a\\nb $${x} "q" 100%\n',
    "sub/a.txt": "a",
    "sub/b.txt": "b",
    "sub/notes.md": "# notes",
    "sub/deep/c.txt": "c",
}


def expressions() -> list[str]:
    lines = EXPRESSIONS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def binary() -> str | None:
    """Where the terraform program is, None without one."""
    return shutil.which("terraform")


def version() -> str:
    printed = _run(["version", "-json"], "", Path.cwd())
    return str(json.loads(printed.stdout)["terraform_version"])


def write_files(directory: Path) -> None:
    for name, content in FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def ask(expression: str, directory: Path) -> object:
    """Terraform's answer in a process of its own: {"value": …} or {"error": true}.

    Two processes in one directory would wait for each other's state lock and fail."""
    finished = _run(["console"], f"base64encode(jsonencode({expression}))\n", directory)
    if finished.stdout:
        return _answer(finished.stdout.strip())
    if "state lock" in finished.stderr:
        raise RuntimeError(finished.stderr)
    return {"error": True}


def ask_each(asked: list[str]) -> dict[str, object]:
    """All answers, one process per expression; problems are printed and left out."""
    answers: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder))
        for expression in asked:
            try:
                answers[expression] = ask(expression, Path(folder))
            except RuntimeError as error:
                print(f"{expression}: {error}", file=sys.stderr)
    return answers


def ask_all(asked: list[str], directory: Path) -> list[object]:
    """The same answers from few processes: lists of expressions with `try` around each."""
    answers: list[object] = []
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        items = ",".join(f'try(base64encode(jsonencode({expression})), "{ERROR}")' for expression in some)
        printed = _run(["console"], f'join(",", [{items}])\n', directory).stdout.strip()
        if not printed:
            raise RuntimeError(f"terraform refused the expressions from {some[0]} to {some[-1]}")
        items_printed = printed.strip('"').split(",")
        answers.extend({"error": True} if item == ERROR else _answer(f'"{item}"') for item in items_printed)
    return answers


def _answer(printed: str) -> object:
    if not (printed.startswith('"') and printed.endswith('"')):
        raise RuntimeError(f"no known value: {printed}")
    return {"value": json.loads(base64.b64decode(printed.strip('"')))}


def _run(arguments: list[str], text: str, directory: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    program = binary()
    assert program
    return subprocess.run(
        [program, *arguments], input=text, capture_output=True, text=True, cwd=directory, env=environment, check=False
    )


def main() -> int:
    asked = expressions()
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(ask_each, [asked[start::WORKERS] for start in range(WORKERS)]))
    found = {expression: answer for part in parts for expression, answer in part.items()}
    if len(found) < len(asked):
        return 1
    answers = {expression: found[expression] for expression in asked}
    recorded = {"terraform": version(), "answers": answers}
    ANSWERS.write_text(json.dumps(recorded, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(answers)} answers of Terraform {recorded['terraform']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
