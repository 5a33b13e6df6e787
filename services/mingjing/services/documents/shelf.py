"""The templates of an installation: those shipped, and an office's own in place of them."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from mingjing.rules.yaml_page import Fault, PackRefused
from mingjing.services.documents.template import Template, read_template


def load_templates(own: Path | None = None) -> Mapping[str, Template]:
    """Return every template by the name of its kind; those in the folder `own` replace the shipped ones.

    Raises PackRefused with every fault of every file, among them a kind that nothing asks for.
    """
    shipped = files("mingjing.services.documents").joinpath("templates")
    pages = [(each.name, each.read_text()) for each in shipped.iterdir() if each.name.endswith(".yaml")]
    templates = {each.name: each for each in (read_template(text, name) for name, text in sorted(pages))}
    faults: list[Fault] = []
    for path in sorted(own.glob("*.yaml")) if own else ():
        try:
            template = read_template(path.read_text(encoding="utf-8"), path.name)
        except PackRefused as exc:
            faults += exc.faults
            continue
        if template.name not in templates:
            known = ", ".join(templates)
            faults.append(Fault(path.name, 1, 1, f"no step asks for a document {template.name!r}; there are {known}"))
        templates[template.name] = template
    if faults:
        raise PackRefused(faults)
    return templates
