"""Dashboards of Grafana as code: a panel is a title, a question and a form.

Questions are SQL for ClickHouse (both generations of it) or PromQL. Nothing here
reads the clock or a database; equal code gives equal JSON.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

SCHEMA = 39
CLICKHOUSE = {"type": "grafana-clickhouse-datasource", "uid": "mingjing-clickhouse"}
PROMETHEUS = {"type": "prometheus", "uid": "mingjing-prometheus"}

Look = Literal["stat", "timeseries", "table", "barchart"]

_TIME_SERIES, _TABLE = 0, 1
_WIDTH = 24
_COLOURS = {
    "预警": "#23578a",
    "黄牌": "#f1c655",
    "红牌": "#9c1431",
    "warning": "#23578a",
    "yellow": "#f1c655",
    "red": "#9c1431",
}


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One picture: of one SQL, or of several PromQL, each with its legend; `width` of 24, `height` in rows."""

    title: str
    look: Look
    sql: str = ""
    promql: tuple[tuple[str, str], ...] = ()
    unit: str = "short"
    about: str = ""
    width: int = 12
    height: int = 8
    stacked: bool = False


class Variable(msgspec.Struct, frozen=True):
    """A choice at the top of a dashboard, filled by a question."""

    name: str
    title: str
    sql: str


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A dashboard."""

    uid: str
    title: str
    about: str
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...] = ()
    since: str = "now-30d"
    refresh: str = "1m"

    def document(self) -> dict[str, Any]:
        """Return the dashboard as Grafana imports it."""
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.about,
            "tags": ["明镜", "电子监察"],
            "schemaVersion": SCHEMA,
            "version": 1,
            "editable": False,
            "graphTooltip": 1,
            "timezone": "Asia/Shanghai",
            "refresh": self.refresh,
            "time": {"from": self.since, "to": "now"},
            "annotations": {"list": []},
            "links": [],
            "templating": {"list": [_variable(each) for each in self.variables]},
            "panels": _placed(self.panels),
        }


def _placed(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """Return the panels laid out from left to right, row under row."""
    placed, x, y, tallest = [], 0, 0, 0
    for number, panel in enumerate(panels, start=1):
        if x + panel.width > _WIDTH:
            x, y, tallest = 0, y + tallest, 0
        placed.append(_panel(panel, number, {"x": x, "y": y, "w": panel.width, "h": panel.height}))
        x, tallest = x + panel.width, max(tallest, panel.height)
    return placed


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    source = PROMETHEUS if panel.promql else CLICKHOUSE
    return {
        "id": number,
        "type": panel.look,
        "title": panel.title,
        "description": panel.about,
        "datasource": source,
        "gridPos": place,
        "targets": _promql_targets(panel) if panel.promql else _sql_targets(panel),
        "fieldConfig": {"defaults": _defaults(panel), "overrides": [_coloured(name) for name in _COLOURS]},
        "options": _options(panel.look),
    }


def _sql_targets(panel: Panel) -> list[dict[str, Any]]:
    series = panel.look == "timeseries"
    return [
        {
            "refId": "A",
            "datasource": CLICKHOUSE,
            "editorType": "sql",
            "rawSql": panel.sql,
            "queryType": "timeseries" if series else "table",
            "format": _TIME_SERIES if series else _TABLE,
            "pluginVersion": "4.15.0",
        }
    ]


def _promql_targets(panel: Panel) -> list[dict[str, Any]]:
    return [
        {
            "refId": chr(ord("A") + place),
            "datasource": PROMETHEUS,
            "expr": expr,
            "legendFormat": legend,
            "instant": panel.look == "stat",
            "range": panel.look != "stat",
        }
        for place, (legend, expr) in enumerate(panel.promql)
    ]


def _defaults(panel: Panel) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit, "custom": {}}
    if panel.look == "timeseries":
        stacking = {"mode": "normal" if panel.stacked else "none", "group": "A"}
        defaults["custom"] = {"fillOpacity": 60 if panel.stacked else 0, "lineWidth": 1, "stacking": stacking}
    if panel.look == "table":
        defaults["custom"] = {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False}
    return defaults


def _options(look: Look) -> dict[str, Any]:
    """Return every option that Grafana's own types ask for, so that no default of a later version changes a picture."""
    seen_over = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "none"},
    }
    if look == "timeseries":
        return seen_over
    if look == "table":
        return {"showHeader": True, "frameIndex": 0}
    if look == "stat":
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "none",
            "graphMode": "none",
            "textMode": "auto",
            "justifyMode": "auto",
            "orientation": "auto",
            "wideLayout": True,
            "showPercentChange": False,
            "percentChangeColorMode": "standard",
        }
    return seen_over | {
        "orientation": "horizontal",
        "stacking": "none",
        "showValue": "auto",
        "fullHighlight": False,
        "barWidth": 0.9,
        "groupWidth": 0.7,
        "xTickLabelRotation": 0,
        "xTickLabelMaxLength": 40,
    }


def _coloured(name: str) -> dict[str, Any]:
    colour = {"mode": "fixed", "fixedColor": _COLOURS[name]}
    return {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "color", "value": colour}]}


def _variable(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "label": variable.title,
        "type": "query",
        "datasource": CLICKHOUSE,
        "query": variable.sql,
        "refresh": 1,
        "sort": 1,
        "multi": False,
        "includeAll": False,
        "options": [],
    }
