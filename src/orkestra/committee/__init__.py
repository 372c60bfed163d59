"""Decisions by vote."""

from orkestra.committee.committee import Committee
from orkestra.domain.votes import Agent, Vote, VoteOption, VoteType

__all__ = ["Agent", "Committee", "Vote", "VoteOption", "VoteType"]
