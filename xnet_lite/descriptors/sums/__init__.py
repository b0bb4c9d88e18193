"""Sums over neighbors, pairs and paths that descriptors are made of; no atoms here."""
