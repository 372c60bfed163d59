"""The names that users were promised, and where they import them from."""

from importlib import import_module

import pytest

PROMISED = {
    "orkestra": "Agent Committee Orchestrator OrkestraProject Pipeline ProjectPlanner SystemConfig SystemStartup "
    "Task TaskPriority TaskQueue TaskStatus open_project",
    "orkestra.committee": "Agent Committee Vote VoteOption VoteType",
    "orkestra.democracy": "ConsensusMethod DemocracyEngine VotingRule",
    "orkestra.tasks": "Task TaskPriority TaskQueue TaskStatus",
    "orkestra.planning": "ProjectPlanner",
    "orkestra.agents": "Agent AgentConfig AgentManager AgentNotifications AgentResponse ChatGPTAgent ClaudeAgent "
    "CodexAgent CopilotAgent FallbackAgent GLMAgent GeminiAgent GrokAgent",
    "orkestra.pipeline": "Pipeline",
    "orkestra.core": "OrkestraProject open_project",
    "orkestra.orchestrator": "Orchestrator SystemConfig SystemStartup",
    "orkestra.testing": "ManualClock Script ScriptedCoder ScriptedModel",
    "orkestra.domain.ports": "Coder Model",
    "orkestra.errors": "OrkestraError ConfigError ProviderError AuthError RateLimited ProviderTimeout ContextOverflow "
    "ContentFiltered BadResponse AgentError TaskError TaskNotFoundError DependencyError InvalidStatusError "
    "InvalidPriorityError LeaseLost CommitteeError VoteNotFoundError InvalidVoteError ConsensusFailureError NoQuorum "
    "Deadlock PlanningError PlanningAbortedError InvalidInputError VotingError SafetyError BudgetExceeded RecordError",
}
PAIRS = [(module, name) for module, names in PROMISED.items() for name in names.split()]


@pytest.mark.parametrize(("module", "name"), PAIRS, ids=lambda part: part)
def test_a_promised_name_imports_from_its_place(module: str, name: str) -> None:
    assert getattr(import_module(module), name).__name__


def test_the_agent_of_the_package_is_the_base_of_all_agents_and_the_committees_is_a_card() -> None:
    package, agents, committee = map(import_module, ("orkestra", "orkestra.agents", "orkestra.committee"))

    assert package.Agent is agents.Agent
    assert committee.Agent("claude", "Architecture").status == "active"


def test_each_family_of_errors_ends_a_command_with_a_code_of_its_own() -> None:
    errors = import_module("orkestra.errors")
    families = [family for family in errors.OrkestraError.__subclasses__() if family.__module__.startswith("orkestra")]

    codes = [family.exit_code for family in families]

    assert len(set(codes)) == len(codes)
    assert not {0, 1, 2} & set(codes)
