"""`python -m s3compat` is the `s3compat` command."""

import sys

from s3compat.cli import main

sys.exit(main())
