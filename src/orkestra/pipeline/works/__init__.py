"""A whole work on a repository: planned, approved, done task by task, and standing on a branch in the end."""
