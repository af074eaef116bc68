"""The night column of the promises. A part is a file here, named for what it proves and without test_: the gate leaves it.

`make hard` runs each file by itself (own process, fresh PostgreSQL in DATABASE_URL, broker in CELERY_BROKER_URL), and
in tests/test_*.py whatever carries `@pytest.mark.proves(row, minutes=…)`. How a test says its counts, its goals and its
teeth: tests/proof.py. One part alone, six minutes of what would be an hour:

    HARD_MINUTES=6 scripts/hard kills races
"""
