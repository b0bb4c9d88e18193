"""Studies of models: folds, learning curves, searches, tables, the first job."""
