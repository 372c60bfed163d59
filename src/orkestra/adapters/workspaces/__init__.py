"""Directories where work happens: the repository, its worktrees, and what agents may see of them."""
