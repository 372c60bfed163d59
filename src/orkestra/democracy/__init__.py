"""Whether a vote is decided, by which rule, and what helps where it is not."""
