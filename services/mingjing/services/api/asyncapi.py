"""The topics as AsyncAPI 3.0: what agencies may write, what may be read of us, in the very types that lie there.

One message a type of event: its `data` is what the vocabulary says of it.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import msgspec

from mingjing.rules.card import Card
from mingjing.rules.events import Event
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import OWN_TYPES
from mingjing.services.api.sandbox_documents import NotTried, TriedReceipt
from mingjing.streams.dead_letters import DeadLetter
from mingjing.streams.topics import (
    CARDS,
    CASE_EVENTS,
    DEAD_LETTERS,
    Topic,
    ingest_topic,
    sandbox_receipts_topic,
    sandbox_topic,
    topics_of,
)

CONTENT_TYPE = "application/cloudevents+json"
_SCHEMA = "#/components/schemas/{name}"
_READ = {CASE_EVENTS: Event.__name__, CARDS: Card.__name__, DEAD_LETTERS: DeadLetter.__name__}
"""Topics that may be read, and what lies there."""
_TRIED = (TriedReceipt.__name__, NotTried.__name__)
_TYPES: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
}


def asyncapi_of(rulebook: Rulebook, kafka: str) -> dict[str, Any]:
    """Return the document of an installation; `kafka` is HOST:PORT[,…] where agencies connect."""
    (_, schemas) = msgspec.json.schema_components(
        (Event, Card, DeadLetter, TriedReceipt, NotTried), ref_template=_SCHEMA
    )
    topics = {topic.name: topic for topic in topics_of(1, ["{agency}"])}
    sent = _sent(rulebook)
    told = (*_READ.values(), *_TRIED)
    read = {name: _message(f"{name}的记录", _SCHEMA.format(name=name), "application/json") for name in told}
    channels = {
        name: _channel(topics[topic("{agency}")], messages)
        | {"parameters": {"agency": {"description": "报送部门的统一社会信用代码"}}}
        for name, topic, messages in (
            ("ingest", ingest_topic, list(sent)),
            ("sandbox", sandbox_topic, list(sent)),
            ("sandbox-receipts", sandbox_receipts_topic, list(_TRIED)),
        )
    }
    channels |= {_name(topic): _channel(topics[topic], [message]) for topic, message in _READ.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "明镜：消息接口",
            "version": version("mingjing"),
            "description": "部门写入 ingest，试投写入 sandbox（不发牌），凭口令（SCRAM）或证书；"
            "其余主题只对授权的内部系统开放。",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            f"kafka{number or ''}": {
                "host": host,
                "protocol": "kafka-secure",
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
            }
            for number, host in enumerate(kafka.split(","))
        },
        "channels": channels,
        "operations": {
            "report": _operation("receive", "ingest", "部门报送事件"),
            "try": _operation("receive", "sandbox", "部门试投事件"),
            "tell-what-was-tried": _operation("send", "sandbox-receipts", "试投的答复"),
            **{f"read-{_name(topic)}": _operation("send", _name(topic), topics[topic].title) for topic in _READ},
        },
        "components": {
            "securitySchemes": {
                "scram": {"type": "scramSha512", "description": "用户即部门代码，口令由 mingjing agency add 发放"},
                "certificate": {
                    "type": "X509",
                    "description": "证书入口，CN 由 mingjing agency add --certificate 登记",
                },
            },
            "messages": {**sent, **read},
            "schemas": schemas,
        },
    }


def _name(topic: str) -> str:
    return topic.replace(".", "-")


def _channel(topic: Topic, messages: list[str]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "title": topic.title,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": {"topic": topic.name, "topicConfiguration": _configuration(topic)}},
    }


def _configuration(topic: Topic) -> dict[str, Any]:
    return {
        name: [value] if name == "cleanup.policy" else int(value)
        for name, value in topic.config.items()
        if name in ("cleanup.policy", "retention.ms", "max.message.bytes")
    }


def _operation(action: str, channel: str, title: str) -> dict[str, Any]:
    """Return an operation; AsyncAPI tells it from the side of this system."""
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "title": title}


def _sent(rulebook: Rulebook) -> dict[str, Any]:
    """Return a message for each type of event an agency may send, by its name, as the newest vocabulary has it."""
    told: dict[str, Any] = {}
    for pack in sorted(rulebook.packs, key=lambda each: each.since, reverse=True):
        for name, declared in pack.vocabulary.types.items():
            if name.startswith(OWN_TYPES) or name in told:
                continue
            data = {
                field: {**_TYPES[about.get("type", "text")], "title": about["title"]}
                | ({"description": "个人信息，归档前脱敏"} if about.get("personal") else {})
                for field, about in declared.fields.items()
            }
            payload = {
                "allOf": [
                    {"$ref": _SCHEMA.format(name=Event.__name__)},
                    {"properties": {"type": {"const": name}, "data": {"type": "object", "properties": data}}},
                ]
            }
            told[name] = _message(declared.title, payload, CONTENT_TYPE)
    return told


def _message(title: str, payload: dict[str, Any] | str, content_type: str) -> dict[str, Any]:
    said = {"$ref": payload} if isinstance(payload, str) else payload
    return {"title": title, "contentType": content_type, "payload": said}
