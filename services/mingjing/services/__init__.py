"""Everything that touches the outside: HTTP, storage, processes, screens."""
