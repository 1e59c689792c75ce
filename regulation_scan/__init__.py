"""Ordinances in; clauses that demand a visit, paper, a seal or a look out, for staff to decide."""
