"""The dependency graph: pure rules over `{node: the nodes it depends on}`."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from orkestra.domain.errors import DependencyError

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping

N = TypeVar("N", bound="Hashable")


def in_order(graph: Mapping[N, Collection[N]]) -> list[N]:
    """Return the nodes with every node after those it depends on, otherwise in the given order.

    Dependencies outside the graph count as met. Raises DependencyError naming a cycle (Kahn, 1962).
    """
    waiting = {node: sum(1 for each in set(needs) if each in graph) for node, needs in graph.items()}
    dependents = _dependents(graph)
    nodes = list(graph)
    place = {node: at for at, node in enumerate(nodes)}
    ready = [place[node] for node in nodes if waiting[node] == 0]
    ordered: list[N] = []
    while ready:
        ordered.append(nodes[heapq.heappop(ready)])
        for dependent in dependents[ordered[-1]]:
            waiting[dependent] -= 1
            if waiting[dependent] == 0:
                heapq.heappush(ready, place[dependent])
    if len(ordered) < len(graph):
        cycle = find_cycle({node: graph[node] for node in graph if waiting[node] > 0})
        message = f"tasks can't wait for each other in a circle: {' -> '.join(map(str, cycle))}"
        raise DependencyError(message)
    return ordered


def find_cycle(graph: Mapping[N, Collection[N]]) -> list[N]:
    """Return the nodes of a cycle, the first one again at the end; an empty list when there is none."""
    done: set[N] = set()
    for start in graph:
        path: dict[N, None] = {}
        todo: list[tuple[N, bool]] = [(start, False)]
        while todo:
            node, leaving = todo.pop()
            if leaving:
                path.popitem()
                done.add(node)
            elif node in path:
                nodes = list(path)
                return [*nodes[nodes.index(node) :], node]
            elif node not in done:
                path[node] = None
                todo.append((node, True))
                todo.extend((each, False) for each in graph.get(node, ()))
    return []


def depths(graph: Mapping[N, Collection[N]]) -> dict[N, int]:
    """Return for each node the longest chain of nodes that wait for it: its bottom level in hops.

    Working the deepest first is the critical-path rule with unknown durations (Kasahara and Narita, 1984);
    it costs 4.2 % of the best makespan on five workers where "first come" costs 6.6 % (EVIDENCE, scheduling).
    """
    depth = dict.fromkeys(graph, 0)
    for node in reversed(in_order(graph)):
        for needed in graph[node]:
            if needed in depth:
                depth[needed] = max(depth[needed], depth[node] + 1)
    return depth


def _dependents(graph: Mapping[N, Iterable[N]]) -> Mapping[N, list[N]]:
    found: defaultdict[N, list[N]] = defaultdict(list)
    for node, needs in graph.items():
        for needed in set(needs):
            if needed in graph:
                found[needed].append(node)
    return found
