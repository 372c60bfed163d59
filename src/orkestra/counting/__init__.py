"""Pure rules of voting: ballots in, a tally out; no I/O, standard library only."""
