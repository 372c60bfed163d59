"""The report on a work in words, and as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orkestra.domain.text import one_line, shown

if TYPE_CHECKING:
    from orkestra.domain.work import CheckReport
    from orkestra.domain.works import Cost, WorkReport

SHORT: Final = 10
WIDTH: Final = 100
MAX_FILES: Final = 20
_HEADS: Final = {"completed": "landed", "failed": "FAILED", "in_progress": "begun"}


def report_lines(report: WorkReport) -> list[str]:
    """Return what became of a work, a line each: tasks, branch, commits, files, proof, cost, and what to do next."""
    landed = sum(task.status == "completed" for task in report.tasks)
    lines = [f"{report.status}: {landed} of {len(report.tasks)} tasks landed, in {_time(report.seconds)}."]
    for task in report.tasks:
        head = _HEADS.get(task.status, task.status)
        why = f": {one_line(task.reason, WIDTH)}" if task.reason else ""
        lines.append(f"  {head:<9}{task.ordinal}. {one_line(task.title, 70)}{why}")
    if report.commits:
        lines += [f"branch {report.branch}, from {report.base[:SHORT]}:"]
        lines += [f"  {commit[:SHORT]}  {one_line(subject, 80)}" for commit, subject in report.commits]
        lines += _files(report)
    lines += [_proof(report), *_before(report.baseline), f"cost: {cost_line(report.cost)}"]
    return [*lines, *_merged(report), *next_steps(report)]


def report_json(report: WorkReport) -> dict[str, Any]:
    """Return the report as plain data; `next` holds command lines."""
    from orkestra.codec import to_plain

    plain: dict[str, Any] = to_plain(report)
    return {**plain, "next": [line.strip() for line in next_steps(report)]}


def cost_line(cost: Cost) -> str:
    """Return in a line what services were asked and what that cost, as far as it is known."""
    if not cost.requests:
        return "no request to a service was recorded"
    tokens = f"{cost.input_tokens:,} tokens in, {cost.output_tokens:,} out"
    known = f"${cost.cost_usd:.4f}" if cost.unknown < cost.requests else "price unknown"
    unknown = f"; {_counted(cost.unknown, 'request')} at unknown price" if cost.unknown else ""
    return f"{_counted(cost.requests, 'request')}, {tokens}, {known}{unknown}"


def next_steps(report: WorkReport) -> list[str]:
    """Return the commands that look at the result and take it, or that go on."""
    steps: list[str] = []
    if report.commits:
        steps.append(f"  git diff {report.base[:SHORT]}...{report.branch}")
        if not (report.merged and report.merged.commit):
            steps.append(f"  git merge {report.branch}")
    if report.status in {"stopped", "planned"}:
        steps.append("  orkestra resume")
    return steps


def _files(report: WorkReport) -> list[str]:
    added = sum(file.added or 0 for file in report.files)
    removed = sum(file.removed or 0 for file in report.files)
    width = max((len(file.path) for file in report.files[:MAX_FILES]), default=0)
    shown_files = [
        f"  {shown(file.path):<{width}}  " + ("binary" if file.added is None else f"+{file.added} -{file.removed}")
        for file in report.files[:MAX_FILES]
    ]
    more = len(report.files) - MAX_FILES
    return [
        f"{_counted(len(report.files), 'file')} changed, +{added} -{removed} lines:",
        *shown_files,
        *([f"  and {more} more"] if more > 0 else []),
    ]


def _proof(report: WorkReport) -> str:
    if not report.commits:
        return "proof: nothing landed"
    if report.proof is None:
        return f"proof: none was seen on {report.head[:SHORT]}"
    proof = report.proof
    return f"proof: {proof.framework}: {shown(proof.summary)}, on {proof.commit[:SHORT]}"


def _before(baseline: CheckReport | None) -> list[str]:
    if baseline is None or baseline.passed:
        return []
    return [f"before the work, its tests said: {shown(baseline.summary)} (not blamed on the work)"]


def _merged(report: WorkReport) -> list[str]:
    if report.merged is None:
        return []
    if report.merged.commit:
        return [f"merged: {report.home} is at {report.merged.commit[:SHORT]}"]
    return [f"not merged: {shown(report.merged.reason)}"]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
