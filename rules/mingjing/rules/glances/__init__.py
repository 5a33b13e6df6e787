"""Glances: what one more fact makes of a rule, without judging it; start with `glance`."""
