"""The kinds of rule; one module a kind, registered in `mingjing.rules.pack`."""
