"""Sigma text in, plain matching expressions out: pySigma reads, its deviations are repaired here."""
