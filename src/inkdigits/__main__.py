"""`python -m inkdigits`: the same as the `inkdigits` command."""

from inkdigits.cli import main

if __name__ == "__main__":
    main()
