"""What every room raises when it refuses an input: sentences for the person who gave it."""

from collections.abc import Sequence


class Refusal(Exception):
    """An input was refused and nothing was changed.

    `messages` are whole Chinese sentences: what is wrong, where, what to do; one a line on standard error,
    one an item on a page. Each kind of refusal is a subclass.
    """

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages: Sequence[str] = messages
