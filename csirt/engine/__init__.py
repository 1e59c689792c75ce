"""Compiled rules and events in, hits out."""
