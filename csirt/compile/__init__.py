"""Sigma text in, matching expressions out: pySigma reads, its deviations are repaired here."""
