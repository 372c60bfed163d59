"""`python -m orkestra`."""

from orkestra.cli import main

if __name__ == "__main__":
    main()
