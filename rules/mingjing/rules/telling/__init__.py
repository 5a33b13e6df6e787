"""Findings told in sentences, one module a kind: what each says follows from the finding's own data."""
