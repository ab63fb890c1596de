"""How people feel and what they say: emotion from surveys and notes, NPS, CSAT, CES."""
