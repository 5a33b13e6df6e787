"""A notice told: sent too often, without its contents, or not before the step."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told, moment


def tell(told: Told) -> Iterator[Pair]:
    """Yield the one fault of the notice."""
    found = told.found
    if found["fault"] == "repeated":
        yield (
            f"应当 {found['at_most']} 次告知，实际告知 {found['sent']} 次。",
            f"Notified {found['sent']} times; at most {found['at_most']}.",
        )
    elif found["fault"] == "incomplete":
        names = "、".join(map(told.field, found["lacking"]))
        yield f"告知缺少：{names}。", f"The notice lacks {', '.join(found['lacking'])}."
    else:
        zh, en = moment(found["step_at"])
        yield f"{zh} 之前没有告知。", f"No notice before {en}."
