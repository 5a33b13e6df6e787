"""The dashboards, one module a question: how is the city, an agency, an item; the cards; the feeds; the system."""

from mingjing.services.observability.boards.agency import AGENCY
from mingjing.services.observability.boards.cards import CARDS
from mingjing.services.observability.boards.city import CITY
from mingjing.services.observability.boards.feeds import FEEDS
from mingjing.services.observability.boards.item import ITEM
from mingjing.services.observability.boards.system import SYSTEM

BOARDS = (CITY, AGENCY, ITEM, CARDS, FEEDS, SYSTEM)

__all__ = ["BOARDS"]
