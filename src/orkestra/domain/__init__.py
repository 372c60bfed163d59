"""The vocabulary of Orkestra: frozen values, ports and errors, without any I/O."""
