"""Who takes which course by when, why, and the proof that they did."""
