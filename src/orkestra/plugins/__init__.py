"""What others can add: found by entry points, first-party parts the same way as third-party ones."""
