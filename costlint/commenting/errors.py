"""Why a comment could not be written."""

from __future__ import annotations


class CommentError(Exception):
    """A comment cannot be written. The message is a sentence without secrets; what to do about it comes last."""


class Refused(CommentError):
    """The platform does not let this token do it (401, 403), or does not show it (404). `status` is which."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unsure(CommentError):
    """Something was to be created, and nobody answered whether it was."""
