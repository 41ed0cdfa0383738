"""Circles of imports, found in the graph that import-linter builds; TYPE_CHECKING is no excuse.

Two modules that need each other to be understood are one module, or name something that belongs
below both. ``python -m tests.house.circles`` prints them.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

import grimp

PACKAGES = ("matrix", "conformance", "server_ref", "reports", "s3compat")


def imports(*packages: str) -> dict[str, set[str]]:
    """Each module of these packages (ours) -> those it imports itself, TYPE_CHECKING counted."""
    graph = grimp.build_graph(
        *(packages or PACKAGES), exclude_type_checking_imports=False, cache_dir=None
    )
    return {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}


def circles(imports: Mapping[str, Set[str]]) -> list[list[str]]:
    """The groups of modules that all reach each other (Tarjan's strong components)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        path.append(name)
        for other in sorted(imports.get(name, ())):
            if other not in order:
                visit(other)
            if other in path:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == order[name]:
            group = path[path.index(name) :]
            del path[path.index(name) :]
            if len(group) > 1 or name in imports.get(name, ()):
                found.append(sorted(group))

    for name in sorted(imports):
        if name not in order:
            visit(name)
    return found


if __name__ == "__main__":
    for group in circles(imports()):
        print(" · ".join(group))
