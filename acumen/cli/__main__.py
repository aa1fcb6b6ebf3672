"""`python -m acumen.cli`, for where the `acumen` command is not on the path."""

import sys

from acumen.cli import main

sys.exit(main())
