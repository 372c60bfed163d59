"""Suites of languages that are built first: `go test` and `cargo test`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from orkestra.pipeline.checks.reading.cargo import read_cargo
from orkestra.pipeline.checks.reading.gotest import read_go
from orkestra.pipeline.checks.suites import Suite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.domain.work import FailedTest
    from orkestra.pipeline.checks.site import Site

GO_OFFLINE: Final[Mapping[str, str]] = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
CARGO_OFFLINE: Final[Mapping[str, str]] = {
    "CARGO_NET_OFFLINE": "true",
    "CARGO_TERM_COLOR": "never",
    "CARGO_INCREMENTAL": "0",
    "RUST_BACKTRACE": "0",
}
_MODULE: Final = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_GO_TEST: Final = re.compile(r"^(.+?)\.((?:Test|Example|Fuzz)\w*(?:/.+)?)$")
_DOCTEST: Final = re.compile(r" \(line \d+\)$")


def go_suites(site: Site, _report: str) -> tuple[Suite, ...]:
    """Return the suite of a Go module that has a test file."""
    if "go.mod" not in site.files or not any(path.endswith("_test.go") for path in site.files):
        return ()
    named = _MODULE.search(site.text("go.mod"))
    module = named[1] if named else ""
    vendored = any(path.startswith("vendor/") for path in site.files)
    return (
        Suite(
            framework="go test",
            check="go",
            site=site,
            argv=("go", "test", "-json", "./..."),
            environment={**GO_OFFLINE, "GOFLAGS": "-mod=vendor" if vendored else "-mod=readonly"},
            read=lambda said: read_go(said, module),
            again=lambda failed: _go_again(failed, module),
        ),
    )


def _go_again(failed: FailedTest, module: str) -> tuple[str, ...]:
    """Return the arguments for a test named `package.Test/sub`, or for a package that failed as a whole."""
    named = _GO_TEST.match(failed.test)
    package = named[1] if named else failed.test
    if not module or not f"{package}/".startswith(f"{module}/"):
        return ("go", "test", "./...")
    place = "." if package == module else f"./{posixpath.relpath(package, module)}"
    pattern = "/".join(f"^{re.escape(part)}$" for part in named[2].split("/")) if named else ""
    return ("go", "test", place, *(("-run", pattern) if pattern else ()))


def cargo_suites(site: Site, _report: str) -> tuple[Suite, ...]:
    """Return the suite of a Rust package or workspace."""
    if "Cargo.toml" not in site.files:
        return ()
    return (
        Suite(
            framework="cargo test",
            check="cargo",
            site=site,
            argv=("cargo", "test", "--workspace", "--no-fail-fast"),
            environment=CARGO_OFFLINE,
            read=read_cargo,
            again=_cargo_again,
        ),
    )


def _cargo_again(failed: FailedTest) -> tuple[str, ...]:
    """Return the arguments for a test named `crate: path`, or for all where that is none."""
    _, named, test = failed.test.partition(": ")
    if not named:
        return ("cargo", "test", "--workspace")
    if _DOCTEST.search(test):
        return ("cargo", "test", "--workspace", "--doc", "--", test.partition(" - ")[2].partition(" (")[0])
    return ("cargo", "test", "--workspace", "--", "--exact", test)
