"""A task that runs beside others, such as git while modules are imported."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Aside(Thread, Generic[Answer]):
    """A task that is under way. (concurrent.futures would bring logging along.)"""

    def __init__(self, task: Callable[[], Answer]) -> None:
        super().__init__(daemon=True)
        self._task = task
        self._done: list[Answer] = []
        self._failed: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._done.append(self._task())
        except Exception as error:
            self._failed = error

    def result(self) -> Answer:
        """What the task gives, waited for. Raises what the task raised."""
        self.join()
        if self._failed is not None:
            raise self._failed
        return self._done[0]
