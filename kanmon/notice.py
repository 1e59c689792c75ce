"""What the other jobs may know of an incident: never a name, only what rules can react to."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNotice:
    """A confirmed incident, as training (and any later job) may read it from the store.

    Attributes:
        incident: The incident's id.
        category: Slug of rules/runbooks (``phishing``, ``mis-sending``, ``lost-device`` …).
        sections: Section codes or names concerned; empty when the whole city is.
        staff: Staff numbers concerned; readable in the store only, never in a summary.
        occurred: Day it happened or was detected, Japan time.
        confirmed: Day a person confirmed it, Japan time.
        withdrawn: True when the incident was later found to be none.
    """

    incident: str
    category: str
    sections: tuple[str, ...]
    staff: tuple[str, ...]
    occurred: date
    confirmed: date
    withdrawn: bool = False
