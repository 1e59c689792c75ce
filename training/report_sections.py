"""The section report: figures in organisation order, then who has not done what."""

from kanmon.report import Chart, Report
from training.report_status import (
    Scope,
    as_of_facts,
    course_table,
    departments,
    excluded_people_table,
    exclusion_table,
    pending_table,
    percent_value,
    rate_words,
    section_table,
)
from training.status import count, mandatory


def sections_report(scope: Scope) -> Report:
    """Return figures by section and the lists that a section's manager works from."""
    return Report(
        title=f"課別 受講状況（{scope.heading}）",
        summary=(f"必須の受講率 {rate_words(count(mandatory(scope.items)))}。",),
        blocks=(
            as_of_facts(scope),
            department_chart(scope),
            section_table(scope),
            course_table(scope),
            pending_table(scope),
            excluded_people_table(scope),
            exclusion_table(scope),
        ),
        judged=f"割当 {len(scope.items):,} 件を判定",
    )


def department_chart(scope: Scope) -> Chart:
    """Return the rate of completion by department, in organisation order."""
    groups = departments(scope)
    labels = tuple(scope.knowledge.organisation.name(code) for code, _ in groups)
    values = tuple(percent_value(count(items).rate) for _, items in groups)
    return Chart("department_rates", "部局別の受講率（%）", labels, (("受講率", values),))
