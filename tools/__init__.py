"""What maintains the repository and is not shipped: the notebook builder."""
