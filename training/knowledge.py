"""Everything that was known at one moment: what plan and status are functions of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kanmon.notice import IncidentNotice
from training.catalogue import Catalogue
from training.crediting import Records
from training.model import Assignment, DrillResult, Exemption, PersonId, PolicyGap
from training.organisation import Organisation
from training.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Facts effective on or before one day and recorded up to one instant.

    Attributes:
        begins: Day of the first staff list; nothing can be said of any day before it.
        assignments: By person; each key once, in the state it was in.
    """

    people: Mapping[PersonId, Person]
    organisation: Organisation
    catalogue: Catalogue
    begins: date
    completions: Mapping[PersonId, Records]
    assignments: Mapping[PersonId, tuple[Assignment, ...]]
    exemptions: Mapping[PersonId, tuple[Exemption, ...]] = field(default_factory=dict)
    drills: tuple[DrillResult, ...] = ()
    incidents: tuple[IncidentNotice, ...] = ()
    gaps: tuple[PolicyGap, ...] = ()
