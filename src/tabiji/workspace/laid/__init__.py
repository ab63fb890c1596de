"""What the lake tells of the units of an index, laid on them as columns: amounts, answers, notes, stances, traits, licences, costs."""
