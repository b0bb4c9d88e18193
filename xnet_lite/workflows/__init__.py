"""Work that runs over many sites, and the jobs behind the command.

Two chains, each file importing only those before it. What `data/` holds is made by
base · population · hashes · card · corpus · two_levels, and by chain · langevin ·
driven · dynamics_card · dynamics; makers knows them all by name. learners · job ·
fitting · scoreboard · evaluation · prediction · default_model · first_light train,
weigh and predict.
"""
