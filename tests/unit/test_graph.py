from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orkestra.errors import DependencyError
from orkestra.tasks.graph import depths, find_cycle, in_order

Graph = dict[int, list[int]]
NODES = range(8)

any_graphs = st.dictionaries(st.sampled_from(NODES), st.lists(st.sampled_from(NODES), max_size=4))


@st.composite
def ordered_graphs(draw: st.DrawFn) -> Graph:
    """Graphs without a cycle whose nodes stand after those they depend on."""
    nodes = draw(st.permutations(NODES))
    return {node: draw(st.lists(st.sampled_from(nodes[:at]))) if at else [] for at, node in enumerate(nodes)}


@st.composite
def acyclic_graphs(draw: st.DrawFn) -> Graph:
    graph = draw(ordered_graphs())
    return {node: graph[node] for node in draw(st.permutations(list(graph)))}


def reachable(graph: Graph, start: int) -> set[int]:
    """All that the node depends on, by brute force."""
    found: set[int] = set()
    todo = list(graph.get(start, []))
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo.extend(graph.get(node, []))
    return found


def is_circular(graph: Graph) -> bool:
    return any(node in reachable(graph, node) for node in graph)


def chain_behind(graph: Graph, node: int) -> int:
    """The longest chain of nodes that wait for this one, by brute force."""
    return max((1 + chain_behind(graph, waiting) for waiting, needs in graph.items() if node in needs), default=0)


@given(acyclic_graphs())
def test_every_node_comes_after_those_it_depends_on(graph: Graph) -> None:
    ordered = in_order(graph)
    assert sorted(ordered) == sorted(graph)
    assert all(ordered.index(needed) < ordered.index(node) for node, needs in graph.items() for needed in needs)


@given(ordered_graphs())
def test_what_stands_in_a_good_order_keeps_it(graph: Graph) -> None:
    assert in_order(graph) == list(graph)


@given(any_graphs)
def test_a_cycle_is_found_exactly_when_there_is_one(graph: Graph) -> None:
    cycle = find_cycle(graph)
    assert bool(cycle) == is_circular(graph)
    assert all(needed in graph[node] for node, needed in pairwise(cycle))
    if cycle:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1


@given(any_graphs)
def test_a_circular_graph_has_no_order_and_the_error_names_a_cycle(graph: Graph) -> None:
    if not is_circular(graph):
        assert sorted(in_order(graph)) == sorted(graph)
        return
    with pytest.raises(DependencyError, match="in a circle") as refused:
        in_order(graph)
    named = [int(node) for node in str(refused.value).rpartition(": ")[2].split(" -> ")]
    assert named[0] == named[-1]
    assert all(needed in graph[node] for node, needed in pairwise(named))


@given(acyclic_graphs())
def test_the_depth_of_a_node_is_the_longest_chain_that_waits_for_it(graph: Graph) -> None:
    assert depths(graph) == {node: chain_behind(graph, node) for node in graph}


def test_what_is_outside_the_graph_counts_as_met() -> None:
    assert in_order({"b": ["elsewhere", "a"], "a": ["elsewhere"]}) == ["a", "b"]
    assert depths({"b": ["elsewhere", "a"], "a": ["elsewhere"]}) == {"a": 1, "b": 0}


def test_nothing_has_an_order_too() -> None:
    assert (in_order({}), find_cycle({}), depths({})) == ([], [], {})


def test_a_chain_of_many_thousands_needs_no_deep_stack() -> None:
    chain = {node: [node + 1] for node in range(20_000)}
    assert in_order(chain)[0] == 19_999
    assert depths(chain)[19_999] == 19_999
    assert find_cycle({**chain, 20_000: [0]})[0] == 0
