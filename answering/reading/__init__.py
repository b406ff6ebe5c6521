"""Passages -> readings: which words answer, and how probably."""
