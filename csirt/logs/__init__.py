"""Log files in, flat events with Sigma's field names out."""
