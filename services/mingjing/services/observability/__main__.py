"""Write what is committed: dashboards and the pages of metrics and indicators."""

from pathlib import Path

from mingjing.services.observability.written import written

if __name__ == "__main__":
    root = Path(__file__).parents[4]
    for name, text in written().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
