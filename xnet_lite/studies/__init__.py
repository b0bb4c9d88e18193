"""Studies: folds, learning curves, searches, tables, the first job, motion."""
