"""Documents of law and policy, read from any format into one lossless tree."""
