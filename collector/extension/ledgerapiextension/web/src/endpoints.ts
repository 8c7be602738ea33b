// Where the API answers.

const id = encodeURIComponent;

export const events = "v1/events";
export const status = "v1/status";
export const budgets = "v1/budgets";
export const outcomes = "v1/outcomes";
export const overview = "v1/overview";
export const series = "v1/series";
export const dimensions = "v1/dimensions";
export const compare = "v1/compare";
export const prices = "v1/prices";
export const price = "v1/prices/model";
export const health = "v1/health";
export const report = (name: string): string => `v1/reports/${name}`;
/** trace is a run, with a span of it. Only the rows in sight are drawn, so that more spans than by default can be shown. */
export const trace = (run: string, one: string): string => `v1/traces/${id(run)}?max_spans=20000${one && `&span=${id(one)}`}`;
export const span = (run: string, one: string): string => `v1/traces/${id(run)}/spans/${id(one)}`;
export const conversation = (name: string): string => `v1/conversations/${id(name)}`;
