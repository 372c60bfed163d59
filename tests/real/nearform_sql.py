"""@nearform/sql, a package of npm: its tarball brings tests for node:test, and for its types."""

import re
import shutil
from pathlib import Path

from tests.real.libraries import Feature, Library
from tests.wire.script import Call, Reply, Rule, calls, says

MODULES = Path(__file__).parent / "npm" / "node_modules"
SOURCE = MODULES / "@nearform" / "sql"
PATCH = """\
--- a/quoteIdentifier.js
+++ b/quoteIdentifier.js
@@ -1,6 +1,10 @@
 'use strict'

 function quoteIdentifier (value, type) {
+  if (Array.isArray(value)) {
+    return value.map(quoteIdentifier).join('.')
+  }
+
   const quote = type === 'mysql' ? '`' : '"'

   const quoted = value.replace(new RegExp(quote, 'g'), `${quote}${quote}`)
--- a/SQL.d.ts
+++ b/SQL.d.ts
@@ -122,5 +122,5 @@
   export function map<T>(array: T[], mapFunc?: (item: T) => unknown): SqlStatement

   export function unsafe<T>(value: T): { value: T }
-  export function quoteIdent(value: string): { value: string }
+  export function quoteIdent(value: string | string[]): { value: string }
 }
"""
BEFORE = "\n  describe('without type', () => {\n"
TESTS = """
  describe('qualified', () => {
    test('pg', t => {
      assert.deepStrictEqual(quoteIdentifier(['public', 'a"b'], 'pg'), '"public"."a""b"')
    })

    test('mysql', t => {
      assert.deepStrictEqual(quoteIdentifier(['shop', 'a`b'], 'mysql'), '`shop`.`a``b`')
    })
  })
"""
TYPED = "expect(SQL.quoteIdent('string')).type.toBe<{ value: string }>()\n"
WRONG = "value.map(quoteIdentifier)"  # map gives the index where the type is wanted
RIGHT = "value.map(part => quoteIdentifier(part, type))"


def edit(path: str, old: str, new: str) -> Call:
    return Call(name="edit", arguments={"path": path, "old": old, "new": new})


FEATURE = Feature(
    order="Let quoteIdent take the parts of a qualified name\n\nSQL.quoteIdent(['public', 'users']) is one identifier.",
    plan={
        "summary": "quoteIdentifier quotes each part of an array and joins them with dots; the types say so too.",
        "tasks": [
            {
                "title": "Quote qualified names",
                "instructions": "An array of names is quoted part by part, for PostgreSQL and MySQL.",
                "files": ["quoteIdentifier.js", "SQL.d.ts"],
                "checks": ["test"],
            }
        ],
    },
    work=(
        Rule(turn=1, tool="edit", reply=calls("list")),
        Rule(
            turn=2,
            result="quoteIdentifier.test.js",
            reply=Reply(
                calls=(
                    Call(name="read", arguments={"path": "quoteIdentifier.js"}),
                    Call(name="search", arguments={"text": "quoteIdent(", "pattern": "*.ts"}),
                )
            ),
        ),
        Rule(turn=3, result=r"SQL\.d\.ts:125: ", reply=calls("patch", patch=PATCH)),
        Rule(
            turn=4,
            result=r"changed quoteIdentifier\.js: 1 hunk\nchanged SQL\.d\.ts: 1 hunk",
            reply=Reply(
                calls=(
                    edit("quoteIdentifier.test.js", BEFORE, TESTS + BEFORE),
                    edit("SQL.tst.ts", TYPED, TYPED + TYPED.replace("'string'", "['a', 'b']")),
                    Call(name="check", arguments={"name": "test"}),
                )
            ),
        ),
        # its own check shows the mistake that it made
        Rule(
            turn=5,
            result=r"1 failed, \d+ passed",
            reply=Reply(
                calls=(edit("quoteIdentifier.js", WRONG, RIGHT), Call(name="check", arguments={"name": "test"}))
            ),
        ),
        Rule(
            turn=6, result=r"node:test: \d+ passed", reply=says("An array is quoted part by part and joined by dots.")
        ),
    ),
    shows=r"\+ +return value\.map\(part => quoteIdentifier\(part, type\)\)\.join",
    files=("SQL.d.ts", "SQL.tst.ts", "quoteIdentifier.js", "quoteIdentifier.test.js"),
)


def unpack(place: Path) -> None:
    """The source as it was published; npm leaves out the .gitignore, so it is put back."""
    shutil.copytree(SOURCE, place, dirs_exist_ok=True)
    (place / ".gitignore").write_text("node_modules\n", "utf-8")


def installed(place: Path) -> None:
    """What `npm install` would bring that its tests need."""
    shutil.copytree(MODULES, place / "node_modules", ignore=shutil.ignore_patterns("@nearform"), symlinks=True)


LIBRARY = Library(
    name="@nearform/sql",
    source=unpack,
    installed=installed,
    suite=("npm", "--silent", "test"),
    passed=re.compile(r"^# pass (\d+)", re.MULTILINE),
    feature=FEATURE,
)
