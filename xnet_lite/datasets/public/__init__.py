"""Public sets: addresses and hashes, downloads, readers of each layout."""
