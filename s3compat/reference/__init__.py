"""The reference of the documentation, made from the code: files, commands, outcomes, exit codes.

`python -m s3compat.reference` writes it to `docs/reference/`; a test holds the pages to it.
"""

from s3compat.reference.pages import pages

__all__ = ["pages"]
