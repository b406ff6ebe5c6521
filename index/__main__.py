"""`python -m index ...` is `secondsource index ...`."""

import sys

from cli import main

sys.exit(main(["index", *sys.argv[1:]]))
