-- Who answered in a round, but not in a form that counts: it matters where members are compared.

ALTER TABLE rounds ADD COLUMN nonsense TEXT NOT NULL DEFAULT '[]';
