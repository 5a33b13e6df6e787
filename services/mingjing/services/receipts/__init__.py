"""Receipts of what was handed in, and the day's account of it: sent, archived, rejected, duplicated, late."""
