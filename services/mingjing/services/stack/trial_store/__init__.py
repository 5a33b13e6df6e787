"""试用存储: the chDB engine behind ClickHouse's native TCP protocol.

For machines that can have no ClickHouse server: whatever speaks to ClickHouse
through clickhouse-driver speaks to this unchanged. One process owns the data
folder; each TCP connection is a session of the engine with its own database and
settings. It is for trying things: no compression, no progress, no KILL QUERY, no
accounts (it listens on the loopback address only).

- `wire`: numbers, strings and packets as bytes;
- `layout`: how long a column is in Native format, without decoding it;
- `blocks`: blocks of columns, and the time zones the engine leaves out of them;
- `statements`: what a statement wants done;
- `engine`: the one place that knows chDB;
- `conversation`: what is said on one connection.
"""
