"""A soak: jobs through the real form while web, mirrors and engine are killed at random.

    make chaos                          200 jobs, five minutes at most
    python -m tests.chaos --jobs 12 --seconds 40 --seed 7 --json chaos.json

Everything is the product itself on loopback, with a database and files of its own. Of the engine
only the drawing is replaced, because 200 real clips would take longer than the soak may; its
server, its store and its files are the real ones, and count what was bought. It also takes its
time between storing a job and answering, so that kills strike there, where it costs money.

Exit status 0 means: as many jobs accepted as were wanted, each bought once and archived whole (or
failed in the provider's own words), none waiting for a person. Ends only what it started.
"""
