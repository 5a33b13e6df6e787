"""Every committed file that is made from code, by its place in the project."""

import orjson

from mingjing.services import workflow_page
from mingjing.services.observability import metrics
from mingjing.services.observability.boards import BOARDS
from mingjing.services.reports import indicators_page


def written() -> dict[str, str]:
    """Return the text of each file."""
    boards = {
        f"grafana/dashboards/{board.uid}.json": orjson.dumps(
            board.document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
        ).decode()
        + "\n"
        for board in BOARDS
    }
    return boards | {
        "docs/metrics.md": metrics.page(),
        "docs/indicators.md": indicators_page.page(),
        "docs/workflow.md": workflow_page.page(),
    }
