"""Logs in Elasticsearch: the server narrows down, the embedded engine's matcher decides."""
