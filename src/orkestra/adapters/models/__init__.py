"""Minds: services, local models, and rules."""
