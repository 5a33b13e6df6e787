"""What an installation tells of itself, and the pictures drawn of it.

`metrics` gathers every metric from where it is defined, `boards/` are the Grafana
dashboards as code. `python -m mingjing.services.observability` writes what is
committed of both; a test says that what is committed is what would be written.
"""
