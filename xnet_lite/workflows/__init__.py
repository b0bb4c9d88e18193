"""Work that runs over many sites, and the jobs behind the command.

Four chains, each file importing only those before it. What `data/` holds is made by
base · population · hashes · card · corpus · two_levels, and by chain · langevin ·
driven · dynamics_card · dynamics; makers knows them all by name. learners · job ·
fitting · scoreboard · evaluation · prediction · default_model · first_light train,
weigh and predict. cross_validation · learning_curve weigh any predictor; with these
two chains before them, search_space · search_checks · search_trial · search_study ·
search look for the best settings of a job. published_scores · published ·
published_tables train the models of the papers' tables and lay them beside those.
"""
