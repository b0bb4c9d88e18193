"""Work that runs over many sites, and the jobs behind the command.

Two chains, each file importing only those before it: base · population · card · corpus
makes what `data/` holds; learners · job · fitting · scoreboard · evaluation ·
prediction · default_model · first_light trains, weighs and predicts.
"""
