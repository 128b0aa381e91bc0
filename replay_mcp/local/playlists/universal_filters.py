"""Converts the filters that PostHog's app saves, universal ones and those of older versions, to recordings queries."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

_DURATION: Final = {"type": "recording", "key": "active_seconds", "value": 5, "operator": "gt"}
DEFAULT_FILTERS: Final = {
    "date_from": "-3d",
    "date_to": None,
    "filter_test_accounts": False,
    "duration": [_DURATION],
    "order": "start_time",
}
"""The app's default filters; PostHog does not count their recordings."""

_Filters = Annotated[list[dict[str, Any]] | None, Field(max_length=100)]


class FilterGroup(BaseModel):
    """Filters joined by `type`; the app nests one group in another."""

    type: str = "AND"
    values: _Filters = None


class FilterGroups(BaseModel):
    """The outer group; only its first inner group is used (live behaviour)."""

    type: str = "AND"
    values: list[FilterGroup] = []


class UniversalFilters(BaseModel):
    """The filters as saved. Without `filter_group`, an older version of the app saved them; its fields come last."""

    date_from: str | None = None
    date_to: str | None = None
    filter_test_accounts: bool | None = None
    order: str | None = None
    limit: int | None = None
    duration: _Filters = None
    filter_group: FilterGroups | None = None
    events: _Filters = None
    actions: _Filters = None
    properties: _Filters = None
    console_logs: list[str] | None = None
    console_search_query: str | None = None
    session_recording_duration: dict[str, Any] | None = None
    duration_type_filter: str | None = None

    def query(self) -> dict[str, Any]:
        """The parameters with which the recordings list finds the same recordings."""
        universal = self.filter_group is not None
        duration = (self.duration or [])[:1] if universal else [self._older_duration()]
        parameters: dict[str, Any] = {
            "date_from": self.date_from if universal else self.date_from or DEFAULT_FILTERS["date_from"],
            "date_to": self.date_to,
            "filter_test_accounts": self.filter_test_accounts,
            "order": self.order or DEFAULT_FILTERS["order"],
            "limit": self.limit,
            "operand": self.filter_group.type if self.filter_group else "AND",
            "having_predicates": [{name: each.get(name) for name in ("key", "operator", "value")} for each in duration],
        }
        for each in self._chosen():
            parameters.setdefault(_parameter(each), []).append(each)
        return parameters

    def _chosen(self) -> list[dict[str, Any]]:
        if self.filter_group is not None:
            return self.filter_group.values[0].values or [] if self.filter_group.values else []
        values = {"level": self.console_logs, "message": self.console_search_query}
        console = [{"type": "log_entry", "key": key, "value": value} for key, value in values.items() if value]
        return [*(self.events or []), *(self.actions or []), *(self.properties or []), *console]

    def _older_duration(self) -> dict[str, Any]:
        duration = self.session_recording_duration
        if not duration:
            return _DURATION
        return duration | {"key": self.duration_type_filter or duration.get("key") or _DURATION["key"]}


def _parameter(filter: dict[str, Any]) -> str:
    """The parameter of the recordings list for a filter."""
    match filter.get("type"):
        case "events" | "actions" as kind:
            return kind
        case "log_entry":
            return "console_log_filters"
        case "recording" if filter.get("key") == "snapshot_source":
            return "having_predicates"
        case _:
            return "properties"
