"""The demonstration: a scripted crew in place of the AIs, everything else real."""
