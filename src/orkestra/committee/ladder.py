"""The ladder out of a deadlock: a compromise, the experiment that would decide, the person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from orkestra.agents.prompting import Asking, render_prompt
from orkestra.committee.profiles import marks_of
from orkestra.domain.protocol import DecisionKind
from orkestra.domain.runs import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.committee.electing import Election, Electorate
    from orkestra.domain.votes import Vote
    from orkestra.engine.run import Run

NONE_OF_THEM: Final = "none of them"


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Where the ladder ended: the `winner` (None: none of them), by which rung, and what was tried on the way."""

    winner: str | None
    decided_by: str = ""
    compromise: str = ""
    experiment: str = ""
    criteria: dict[str, str] = field(default_factory=dict)


async def climb(run: Run, vote: Vote, election: Election, these: Electorate, *, person: bool) -> Rung:
    """Return who wins where counting alone does not say, or may not.

    A deadlock goes to the option that is best by most criteria; else, with the experiment that would settle it, to the
    person, whose default is the tie rule's choice. What can't be undone always goes to a person, in the inbox if need
    be; the default is then to do nothing.
    """
    rung = _compromise(vote, election, these)
    if vote.agenda.kind is DecisionKind.IRREVERSIBLE:
        default = NONE_OF_THEM
    elif rung.decided_by or not person:
        return rung if rung.decided_by else replace(rung, winner=election.winner, decided_by="the tie rule")
    else:
        default = _text(vote, election.winner)
    choices = tuple(_text(vote, option) for option in these.options)
    if vote.agenda.kind is DecisionKind.IRREVERSIBLE:
        choices = (*choices, NONE_OF_THEM)
    text = brief(vote, election, rung, default)
    said = await run.ask("deadlock", Question(text=text, options=choices, default=default))
    chosen = vote.option(said)
    return replace(rung, winner=chosen.id if chosen else None, decided_by="a person")


def brief(vote: Vote, election: Election, rung: Rung, default: str) -> str:
    """Return the page that a person decides by."""
    asking = Asking(package="orkestra.committee", template="brief.md.j2", purpose="brief", subject=vote.topic)
    facts = {"vote": vote, "election": election, "rung": rung, "default": default, "why": vote.in_words(election.why)}
    return render_prompt(asking, "", facts).text


def _compromise(vote: Vote, election: Election, these: Electorate) -> Rung:
    level = [option for option in these.options if option in election.tied] or list(these.options)
    criteria = _best_by_criterion(these, level)
    wins = Counter(criteria.values()).most_common()
    experiments = [ballot.experiment for ballot in these.ballots if ballot.experiment.strip()]
    rung = Rung(
        winner=None,
        criteria=criteria,
        compromise="; ".join(f"{criterion} as in {_text(vote, best)!r}" for criterion, best in criteria.items()),
        experiment=min(experiments, key=len, default=""),
    )
    if wins and (len(wins) == 1 or wins[0][1] > wins[1][1]):
        return replace(rung, winner=wins[0][0], decided_by="the criteria")
    return rung


def _best_by_criterion(these: Electorate, level: Sequence[str]) -> dict[str, str]:
    """Return for each criterion the option with the best mean mark; criteria that several lead are left out."""
    best: dict[str, str] = {}
    for criterion in dict.fromkeys(name for ballot in these.ballots for name in ballot.scores):
        given = {b.voter: b.scores[criterion] for b in these.ballots if criterion in b.scores}
        marks = marks_of(given, level)
        leaders = [option for option, mark in marks.items() if mark == max(marks.values())]
        if len(leaders) == 1:
            best[criterion] = leaders[0]
    return best


def _text(vote: Vote, option: str) -> str:
    return next(each.description for each in vote.options if each.id == option)
