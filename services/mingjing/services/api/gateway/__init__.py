"""The way in for agencies that do not speak Kafka: CloudEvents over HTTP.

`bodies` reads a request within limits, `cloudevents` cuts it into events,
`reception` vouches for each and sees that Kafka has it before the agency is told.
"""
