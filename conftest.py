"""Joins suite and server to pytest in this repository.

The suite itself is a pytest plugin (`pytest --s3-endpoint URL`, see conformance/plugin.py) and
needs nothing from here; this gives the tests the reference server, as other projects' tests get it.
"""

pytest_plugins = ["s3compat.fixtures"]
