"""The live feeds: cards, what people do with them and how cases stand, from Kafka to screens, resumable at any point.

`hub.Hub` is the fan-out and knows no Kafka; `kafka_cards.KafkaCards` feeds it
from the topic and reads back what the hub's ring no longer holds.
"""
