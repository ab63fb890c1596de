"""One module per thing that is measured; each has `run(data, threads, rounds) -> list[Figure]`."""
