"""`python -m mingjing.services.cli` is `mingjing`."""

from mingjing.services.cli import main

main()
