"""One file per outside thing, in families that do not know each other."""
