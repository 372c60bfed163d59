-- Who answered in a round, but with nothing that was asked for: it counts where members are compared.

ALTER TABLE rounds ADD COLUMN nonsense TEXT NOT NULL DEFAULT '[]';
