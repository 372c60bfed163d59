"""The whole tree of errors, on one page.

Every message says what to do next; every family has its own exit code for the command line.
Adapters translate foreign errors into these at the border.
"""

from __future__ import annotations

from typing import ClassVar


class OrkestraError(Exception):
    """The root of all errors that Orkestra raises on purpose."""

    exit_code: ClassVar[int] = 1


class ConfigError(OrkestraError):
    """A setting, a directory or the environment is not usable as it is."""

    exit_code = 3


class ProviderError(OrkestraError):
    """The service behind an agent did not give a usable answer."""

    exit_code = 4


class AuthError(ProviderError):
    """The service refused the key."""


class RateLimited(ProviderError):  # noqa: N818 - the promised name
    """The service asked to wait; `retry_after` is in seconds, None when it did not say how long."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderTimeout(ProviderError):  # noqa: N818 - the promised name
    """The service did not answer within its deadline."""


class ProviderUnavailable(ProviderError):  # noqa: N818 - reads as a state
    """The service can't be reached, is overloaded, or broke off; asking again may help."""


class ContextOverflow(ProviderError):  # noqa: N818 - the promised name
    """The question was longer than the model can read."""


class ContentFiltered(ProviderError):  # noqa: N818 - the promised name
    """The service refused to answer for reasons of content."""


class BadResponse(ProviderError):  # noqa: N818 - the promised name
    """What came back can't be used: cut off, unreadable, or not in the form that was asked for."""


class WrongForm(BadResponse):
    """The model did answer, but not as it was asked to: that is its own doing, and not the connection's."""


class AgentError(OrkestraError):
    """No agent could do what was asked of it."""

    exit_code = 5


class AgentUnavailable(AgentError):  # noqa: N818 - reads as a state
    """Nobody on the crew has the backend this work needs."""


class TaskError(OrkestraError):
    """A task can't be what was asked of it."""

    exit_code = 6


class TaskNotFoundError(TaskError):
    """No task has that id or ordinal."""


class DependencyError(TaskError):
    """A dependency is unknown, circular, or the task itself."""


class InvalidStatusError(TaskError):
    """Not a status, or not reachable from the present one."""


class InvalidPriorityError(TaskError):
    """Not a priority."""


class InvalidTaskError(TaskError):
    """A task's text is empty, too long, or holds control characters."""


class LeaseLost(TaskError):  # noqa: N818 - the promised name
    """Another worker took over: this one may record nothing more and stops."""


class LeaseHeld(TaskError):  # noqa: N818 - the counterpart of LeaseLost
    """Another live process is doing this; the message says which."""


class CommitteeError(OrkestraError):
    """A vote can't be held or counted."""

    exit_code = 7


class VoteNotFoundError(CommitteeError):
    """No vote has that id."""


class InvalidVoteError(CommitteeError):
    """The vote, an option or a ballot is malformed, late, or cast twice."""


class ConsensusFailureError(CommitteeError):
    """Consensus was required and the members did not reach it."""


class NoQuorum(CommitteeError):  # noqa: N818 - the promised name
    """Too few members answered; the message names who was asked and why each failed."""


class Deadlock(CommitteeError):  # noqa: N818 - the promised name
    """No rule separates the leading options."""


class PlanningError(OrkestraError):
    """A plan can't be made."""

    exit_code = 8


class PlanningAbortedError(PlanningError):
    """The plan was rejected; nothing was queued."""


class InvalidInputError(PlanningError):
    """The brief, the features or an answer of the wizard can't be used."""


class VotingError(PlanningError):
    """The committee could not decide on a plan."""


class SafetyError(OrkestraError):
    """Refused, because it could lose work or reach outside its confinement."""

    exit_code = 9


class GitError(SafetyError):
    """Git refused; the message holds its own last words."""


class BudgetExceeded(OrkestraError):  # noqa: N818 - the promised name
    """The next call would cost more than is left."""

    exit_code = 10


class RecordError(OrkestraError):
    """A record or the database can't be read as it is; it was left untouched."""

    exit_code = 11


class JournalMismatch(RecordError):  # noqa: N818 - names what is seen
    """The journal holds another step here than the code takes: the code changed in between."""


def all_errors() -> dict[str, type[OrkestraError]]:
    """Return every error class of the tree by its name."""
    found: dict[str, type[OrkestraError]] = {}
    todo: list[type[OrkestraError]] = [OrkestraError]
    while todo:
        family = todo.pop()
        found[family.__name__] = family
        todo.extend(family.__subclasses__())
    return found
