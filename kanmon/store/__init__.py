"""The one system of record: a SQLite file, owner-only, one transaction per command."""
