"""Answers that are kept by what they hang on, in a dict that its owner reads itself: that is what makes them quick."""

from typing import TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


def remember(known: dict[Key, Answer], key: Key, answer: Answer, most: int) -> Answer:
    """Keep an answer and return it; where `most` are kept already, those are forgotten and will be worked out anew."""
    if len(known) >= most:
        known.clear()
    known[key] = answer
    return answer
