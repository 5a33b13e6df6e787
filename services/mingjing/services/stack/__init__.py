"""The whole path on one machine: real Kafka, a ClickHouse, and every process of mingjing.

`mingjing dev up`, the system tests and `mingjing doctor` run this code and no
other. If you are here to read it, start with:

- `up`: the order in which things start and stop;
- `program`: what it means to keep a child process running and to leave none behind;
- `kafka` and `jars`: a KRaft broker out of Maven Central;
- `clickhouse`, `clickhouse_server`, `debian`: which ClickHouse, and how it is run;
- `trial_store`: the chDB engine behind ClickHouse's native protocol, the last choice;
- `doctor`: what must be true of a machine before any of this works.
"""
