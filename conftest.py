"""Joins suite and server to pytest in this repository.

The suite itself is a pytest plugin (`pytest --s3-endpoint URL`, see conformance/plugin.py) and
needs nothing from here; this gives the tests the reference server, as other projects' tests get it.
It is no `pytest_plugins`: that may stand at the top of a run only, and a run of the suite may be
started from any folder.
"""

from s3compat.fixtures import s3compat_aistore, s3compat_server

__all__ = ["s3compat_aistore", "s3compat_server"]
