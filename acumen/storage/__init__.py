"""Where what must outlive the process is kept: SQLite on one machine, PostgreSQL on several."""
