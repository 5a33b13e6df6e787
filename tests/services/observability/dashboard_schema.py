"""What Grafana reads of a dashboard of schema version 39, as far as ours use it: every key, and of which type.

After the kinds of Grafana 11 (`kinds/dashboard/dashboard_kind.cue`, and those of the
panels barchart, stat, table and timeseries). Keys that stand here nowhere are refused, so that a
misspelt one, which Grafana would pass over in silence, is found.
"""

from typing import Any

TEXT, NUMBER, WHOLE, FLAG = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "boolean"}


def thing(needed: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """Return the schema of an object with these properties and no other."""
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


def several(item: Any, least: int = 0) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": item, "minItems": least}


SOURCE = thing(("type", "uid"), type={"enum": ["grafana-clickhouse-datasource", "prometheus"]}, uid=TEXT)
TARGET = thing(
    ("refId", "datasource"),
    refId={"type": "string", "pattern": "^[A-Z]$"},
    datasource=SOURCE,
    expr=TEXT,
    legendFormat=TEXT,
    range=FLAG,
    instant=FLAG,
    format={"type": ["integer", "string"]},
    queryType=TEXT,
    editorType=TEXT,
    rawSql=TEXT,
    pluginVersion=TEXT,
    meta={"type": "object"},
)
COLOUR = thing(("mode",), mode=TEXT, fixedColor={"type": "string", "pattern": "^(#[0-9a-fA-F]{6}|[a-z-]+)$"})
THRESHOLDS = thing(
    ("mode", "steps"),
    mode={"enum": ["absolute", "percentage"]},
    steps=several(thing(("color", "value"), color=TEXT, value={"type": ["number", "null"]}), 1),
)
DEFAULTS = thing(
    (),
    unit=TEXT,
    decimals=WHOLE,
    min=NUMBER,
    max=NUMBER,
    color=COLOUR,
    custom={"type": "object"},
    thresholds=THRESHOLDS,
    mappings=several({"type": "object"}),
    noValue=TEXT,
)
OVERRIDE = thing(
    ("matcher", "properties"),
    matcher=thing(("id", "options"), id=TEXT, options=TEXT),
    properties=several(thing(("id", "value"), id=TEXT, value={}), 1),
)
PANEL = thing(
    ("id", "type", "title", "datasource", "targets", "gridPos", "fieldConfig", "options"),
    id=WHOLE,
    type={"enum": ["barchart", "stat", "table", "timeseries"]},
    title=TEXT,
    description=TEXT,
    datasource=SOURCE,
    targets=several(TARGET, 1),
    gridPos=thing(("x", "y", "w", "h"), x=WHOLE, y=WHOLE, w=WHOLE, h=WHOLE),
    fieldConfig=thing(("defaults", "overrides"), defaults=DEFAULTS, overrides=several(OVERRIDE)),
    options={"type": "object"},
    transformations=several(thing(("id", "options"), id=TEXT, options={"type": "object"})),
    interval=TEXT,
    links=several({"type": "object"}),
    pluginVersion=TEXT,
)
VARIABLE = thing(
    ("name", "type", "query", "datasource"),
    name={"type": "string", "pattern": "^[a-z]+$"},
    label=TEXT,
    type={"enum": ["query"]},
    query=TEXT,
    datasource=SOURCE,
    includeAll=FLAG,
    multi=FLAG,
    allValue=TEXT,
    options=several({"type": "object"}),
    refresh={"enum": [0, 1, 2]},
    sort=WHOLE,
    current={"type": "object"},
    hide=WHOLE,
    regex=TEXT,
)
DASHBOARD = thing(
    ("uid", "title", "schemaVersion", "panels", "templating", "time", "timezone"),
    uid={"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,40}$"},
    title=TEXT,
    description=TEXT,
    tags=several(TEXT),
    editable=FLAG,
    graphTooltip={"enum": [0, 1, 2]},
    schemaVersion={"const": 39},
    version=WHOLE,
    refresh={"type": "string", "pattern": r"^\d+[smh]$"},
    time=thing(("from", "to"), **{"from": TEXT, "to": TEXT}),
    timezone=TEXT,
    annotations=thing(("list",), list=several({"type": "object"})),
    links=several({"type": "object"}),
    panels=several(PANEL, 1),
    templating=thing(("list",), list=several(VARIABLE)),
)
