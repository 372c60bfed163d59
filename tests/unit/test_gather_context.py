"""What the committee finds in a project before it decides."""

import subprocess
from pathlib import Path

from orkestra.committee import Committee


def test_the_most_telling_line_comes_first_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("Users sign in.\n\nAuthentication uses signed tokens.\n")
    (tmp_path / "other.md").write_text("Users like blue.\n")

    found = Committee(tmp_path).gather_context("authentication of users").splitlines()

    assert found[0] == "notes.md:3: Authentication uses signed tokens."


def test_what_git_ignores_is_left_out_and_history_is_cited(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=U", "-c", "user.email=u@localhost"]
        subprocess.run(["git", "-C", tmp_path, *identity, *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (tmp_path / ".gitignore").write_text("private.txt\n")
    (tmp_path / "private.txt").write_text("authentication: mine alone\n")
    git("add", "-A")
    git("commit", "-qm", "feat: settle authentication")

    found = Committee(tmp_path).gather_context("authentication")

    assert "private.txt" not in found
    assert "feat: settle authentication" in found
    assert found.startswith("commit ")


def test_what_looks_like_a_secret_is_masked(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text('payment_api_key = "abcdef123456789"  # for payment\n')

    found = Committee(tmp_path).gather_context("payment")

    assert "abcdef123456789" not in found
    assert "[redacted]" in found


def test_a_topic_that_nobody_wrote_about_finds_nothing(tmp_path: Path) -> None:
    assert Committee(tmp_path).gather_context("zeppelin") == ""


def test_no_more_than_asked_for(tmp_path: Path) -> None:
    (tmp_path / "many.txt").write_text("zeppelin\n" * 50)

    assert len(Committee(tmp_path).gather_context("zeppelin", max_results=7).splitlines()) == 7
