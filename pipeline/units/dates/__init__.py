"""Dates of targets and actuals: how a text writes them, and which days they span."""

from pipeline.units.dates.reading import means_calendar, month_value, read_date, year_value

__all__ = ["means_calendar", "month_value", "read_date", "year_value"]
