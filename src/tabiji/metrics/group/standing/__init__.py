"""How the groups of open journeys stand: their members, how active they are, and whether they agree."""
