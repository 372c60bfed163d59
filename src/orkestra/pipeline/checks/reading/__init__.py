"""What test frameworks print or write, read into names, places and figures."""
