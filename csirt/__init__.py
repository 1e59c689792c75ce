"""Logs and Sigma rules in; explained alerts, incidents, runbooks and running clocks out."""
