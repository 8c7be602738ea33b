// The dimensions of calls that people filter and group by, most asked first. The
// ledger refuses others, and says which there are.

export const attribution = ["user", "department", "application", "team", "cost_center", "environment"];
export const dimensions = [
  "model", ...attribution, "provider", "operation", "agent", "workflow", "step", "service", "status", "error_type", "cost_status",
];

/** times are dimensions that are buckets of time. */
export const times = ["hour", "day", "month", "hour_of_week"];

export const unattributed = "(unattributed)";
