"""What makes the embedded sets of `data/`, by our own physics, one command each."""
