from __future__ import annotations

import io

from costlint.cli.progress import Progress, progress_for


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_short_scan_shows_no_progress() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Progress(stream, clock)
    clock.now = 0.4
    progress("reading", 1, 2)
    progress.close()
    assert stream.getvalue() == ""


def test_a_long_scan_shows_how_far_it_has_come_and_cleans_up() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Progress(stream, clock)
    clock.now = 0.6
    progress("reading", 1200, 3000)
    assert stream.getvalue() == "\rreading 1,200/3,000 …"
    progress.close()
    assert stream.getvalue().endswith("\r" + " " * 21 + "\r")


def test_progress_is_written_ten_times_a_second_at_most() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Progress(stream, clock)
    for step in range(1000):
        clock.now = step / 1000
        progress("pricing", step, 1000)
    assert 1 <= stream.getvalue().count("\r") <= 6


def test_a_shorter_line_covers_a_longer_one() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Progress(stream, clock)
    clock.now = 1
    progress("checking rules", 10, 20)
    clock.now = 2
    progress("done", 0, 0)
    assert stream.getvalue().rpartition("\r")[2] == "done …".ljust(len("checking rules 10/20 …"))


def test_nobody_watches_a_pipe() -> None:
    assert progress_for(quiet=False, stream=io.StringIO()) is None


def test_a_terminal_is_watched_unless_quiet() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert progress_for(quiet=False, stream=Terminal()) is not None
    assert progress_for(quiet=True, stream=Terminal()) is None
