"""Durable runs: every step is recorded before it is seen, and none is done twice."""
