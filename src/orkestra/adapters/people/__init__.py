"""People, as far as one sits at this process."""
