"""Comments on pull requests: found again by their marker, and written through the APIs of the platforms.

done = post(forge, text, marked, behavior)
"""

from costlint.commenting.errors import CommentError
from costlint.commenting.posting import BEHAVIORS, Comment, Forge, post

__all__ = ["BEHAVIORS", "Comment", "CommentError", "Forge", "post"]
