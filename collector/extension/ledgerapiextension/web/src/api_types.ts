// Made from the API's openapi.yaml by `make page`. Do not edit.

export type Problem = {
  error: string;
};

export type Money = string;

export type MoneyOrNull = string | null;

export type Count = number;

export type SecondsOrNull = number | null;

export type ShareOrNull = number | null;

export type TimeOrNull = string | null;

export type Report = {
  report: string;
  from?: string;
  until?: string;
  zone?: string;
  tables: ({
    name: string;
    rows: (Row)[];
    total?: Row;
    more?: boolean;
  })[];
  notes?: (string)[];
};

export type Row = Record<string, string | number | boolean | null>;

export type CostRow = {
  cost_usd: MoneyOrNull;
  share: ShareOrNull;
  requests: Count;
  average_cost_usd: MoneyOrNull;
  input_tokens: Count;
  cached_tokens: Count;
  output_tokens: Count;
  reasoning_tokens: Count;
  average_seconds: number;
  p50_seconds: SecondsOrNull;
  p95_seconds: SecondsOrNull;
  p99_seconds: SecondsOrNull;
  errors: Count;
  success_rate: number;
  unpriced: Count;
  ai_credits?: string;
};

export type DailyRow = {
  day: string;
  cost_usd: MoneyOrNull;
  change: ShareOrNull;
  mean_7_days_usd: MoneyOrNull;
  requests: Count;
  input_tokens: Count;
  output_tokens: Count;
  errors: Count;
  unpriced: Count;
};

export type ErrorsRow = {
  meaning?: string;
  errors: Count;
  share: number;
  requests: number | null;
  error_rate: ShareOrNull;
  cost_usd: MoneyOrNull;
  average_seconds: number;
};

export type LatencyRow = {
  requests: Count;
  average_seconds: number;
  p50_seconds: number;
  p95_seconds: number;
  p99_seconds: number;
  mean_time_to_first_chunk_seconds: SecondsOrNull;
  output_tokens_per_second: number;
  errors: Count;
};

export type ForecastRow = {
  spent_usd: Money;
  expected_usd: MoneyOrNull;
  low_usd: MoneyOrNull;
  high_usd: MoneyOrNull;
  history_days: Count;
};

export type AnomalyRow = {
  measure: "cost" | "tokens" | "error rate";
  now: string;
  usual: string;
  times: number | null;
  what_changed: string;
  cost_usd: MoneyOrNull;
  requests: Count;
};

export type AppliedRow = {
  calls_of: string;
  advice: string;
  promised_usd: MoneyOrNull;
  came_usd: MoneyOrNull;
  of_promise: number | null;
  requests_before: Count;
  requests_after: Count;
  cost_before_usd: Money;
  cost_after_usd: Money;
};

export type CacheRow = {
  cause: "not_written" | "tools_changed" | "system_changed" | "messages_changed" | "prefix_changed" | "model_changed" | "expired" | "gone" | "first_use" | "too_short" | "hit";
  what: string;
  requests: Count;
  share: number;
  prefix_tokens: Count;
  cached_tokens: Count;
  saving_usd: MoneyOrNull;
  fix: string;
};

export type MissedCallRow = {
  cause: string;
  start: string;
  trace_id: string;
  span_id: string;
  agent: string;
  model: string;
  prefix_tokens: Count;
  since_seconds: SecondsOrNull;
  saving_usd: MoneyOrNull;
};

export type QualityRow = {
  evaluation: string;
  evaluations: Count;
  mean_score: MoneyOrNull;
  judged: Count;
  passed: Count;
  pass_rate: number | null;
  pass_rate_low: number | null;
  pass_rate_high: number | null;
  requests: Count;
  cost_usd: MoneyOrNull;
  cost_per_pass_usd: MoneyOrNull;
  errors: Count;
  unknown: Count;
};

export type Outcome = {
  name: string;
  accepted?: boolean;
  value?: string | number;
  time?: string;
  trace_id?: string;
  conversation_id?: string;
  tag_key?: string;
  tag_value?: string;
  id?: string;
};

export type UnitRow = {
  cost_usd: MoneyOrNull;
  requests: Count;
  outcomes: Count;
  accepted: Count;
  acceptance: number | null;
  cost_per_accepted_usd: MoneyOrNull;
  accepted_value: Money;
  unpriced: Count;
  revenue_usd?: Money;
  margin_usd?: MoneyOrNull;
  margin?: number | null;
};

export type ContextRow = {
  part: string;
  what: string;
  tool: string;
  requests: Count;
  input_tokens: Count;
  share: number | null;
  cost_usd: Money;
};

export type WasteRow = {
  kind: "failed" | "aborted" | "failed_run" | "tool_loop" | "resent";
  what: string;
  requests: Count;
  input_tokens: Count;
  cost_usd: MoneyOrNull;
  wasted_usd: MoneyOrNull;
  share: number | null;
  evidence: string;
};

export type WastedCallRow = {
  kind: "failed" | "aborted" | "failed_run" | "tool_loop" | "resent";
  start: string;
  trace_id: string;
  span_id: string;
  agent: string;
  model: string;
  tool: string;
  error_type: string;
  input_tokens: Count;
  prefix_tokens: number | null;
  cost_usd: MoneyOrNull;
  wasted_usd: MoneyOrNull;
};

export type RecommendationRow = {
  saving_usd: Money;
  of_cost: number;
  confidence: string;
  calls_of: string;
  advice: string;
  evidence: string;
  requests: Count;
  cost_usd: Money;
  rule: string;
  in_total: "yes" | "no";
  application: string;
  agent: string;
  provider: string;
  model: string;
  operation: string;
};

export type ProjectionRow = {
  spent_usd: Money;
  saving_usd: Money;
  weekly_usd: Money;
  yearly_usd: Money;
};

export type DepartmentRow = {
  department: string;
  billed: string;
  billed_currency?: string;
  total_usd: Money;
  share: number;
  own_cost_usd: MoneyOrNull;
  allocated_usd: Money;
  markup_usd: Money;
  adjusted_usd: Money;
  requests: Count;
  average_cost_usd: MoneyOrNull;
  input_tokens: Count;
  output_tokens: Count;
  unpriced: Count;
  ai_credits?: string;
};

export type TeamRow = {
  department: string;
  team: string;
  application: string;
  cost_usd: MoneyOrNull;
  share_of_department: number;
  requests: Count;
  input_tokens: Count;
  output_tokens: Count;
  ai_credits?: string;
};

export type AdjustmentRow = {
  month: string;
  department: string;
  amount_usd: Money;
  reason: string;
};

export type LogRow = {
  time: string;
  severity: string;
  error_type: string;
  message: string;
  model: string;
  user: string;
  department: string;
  application: string;
  agent: string;
  service: string;
  kind: "call" | "event" | "application";
  event_name: string;
  trace_id: string | null;
  span_id: string | null;
};

export type TraceRow = {
  trace_id: string;
  start: string;
  root: string;
  agent: string;
  user: string;
  seconds: number;
  cost_usd: MoneyOrNull;
  requests: Count;
  errors: Count;
  input_tokens: Count;
  output_tokens: Count;
  unpriced: Count;
  spans: Count;
};

export type ConversationRow = {
  conversation: string;
  start: string;
  last: string;
  user: string;
  application: string;
  turns: Count;
  runs: Count;
  cost_usd: MoneyOrNull;
  first_input_tokens: Count;
  last_input_tokens: Count;
  max_input_tokens: Count;
  input_tokens: Count;
  cached_tokens: Count;
  output_tokens: Count;
  cache_share: ShareOrNull;
  errors: Count;
  unpriced: Count;
};

export type CallRow = {
  start: string;
  trace_id: string;
  span_id: string;
  user: string;
  department: string;
  application: string;
  agent: string;
  step: string;
  conversation: string;
  provider: string;
  model: string;
  operation: string;
  seconds: number;
  time_to_first_chunk_seconds: SecondsOrNull;
  input_tokens: Count;
  cached_tokens: Count;
  output_tokens: Count;
  cost_usd: MoneyOrNull;
  cost_status: "priced" | "free" | "unpriced" | "invalid" | "";
  cost_reason: string;
  error: boolean;
  error_type: string;
  attempt: number;
};

export type BudgetRow = {
  budget: string;
  scope: string;
  every: "month" | "week" | "day";
  state: "ok" | "foreseen" | "warning" | "exceeded";
  amount_usd: Money;
  spent_usd: Money;
  used: number;
  burn_rate: number;
  expected_usd: MoneyOrNull;
  low_usd: MoneyOrNull;
  high_usd: MoneyOrNull;
  used_up_in_seconds: SecondsOrNull;
  period_from: string;
  period_until: string;
};

export type BudgetState = {
  as_of: string;
  budgets: ({
    name: string;
    scope: ({
      dimension: string;
      value: string;
    })[];
    every: "month" | "week" | "day";
    amount_usd: string;
    soft_usd: string;
    hard_usd: string;
    spent_usd: string;
    period_from: string;
    period_until: string;
  })[];
  caps?: ({
    name: string;
    per: "run" | "conversation";
    scope?: (object)[];
    amount_usd?: string;
    calls?: number;
    depth?: number;
    calls_per_minute?: number;
  })[];
};

export type CapReport = {
  units: (CapUnit)[];
};

export type CapState = {
  as_of: string;
  units: (CapUnit)[];
  ledger_error?: string;
};

export type CapUnit = {
  per: "run" | "conversation";
  id: string;
  source?: string;
  calls: number;
  spent_usd: string;
  minute: number;
  minute_calls: number;
};

export type Figures = {
  requests: Count;
  errors: Count;
  unpriced: Count;
  invalid: Count;
  cost_usd: MoneyOrNull;
  input_tokens: Count;
  output_tokens: Count;
  cached_tokens: Count;
  cache_write_tokens: Count;
  reasoning_tokens: Count;
};

export type Stretch = {
  from: string;
  until: string;
  figures: Figures;
  p95_seconds?: SecondsOrNull;
  error_rate?: ShareOrNull;
};

export type Status = {
  version: string;
  store: string;
  as_of: string;
  newest_call: TimeOrNull;
  budgets: boolean;
  trace_url: string | null;
  otlp_ports: {
    grpc: number | null;
    http: number | null;
  };
};

export type RecordedOutcomes = {
  outcomes: ({
    name: string;
    recorded: Count;
    accepted: Count;
  })[];
};

export type Overview = {
  as_of: string;
  zone: string;
  last_hour: Stretch;
  today: Stretch;
  month: Stretch;
  forecast: {
    expected_usd: MoneyOrNull;
    low_usd: MoneyOrNull;
    high_usd: MoneyOrNull;
    history_days: Count;
  };
  period: Stretch;
  before: Stretch;
  problems: (ProblemGroup)[];
  movers: (Mover)[];
  notes: (string)[];
};

export type ProblemGroup = {
  kind: "unpriced" | "invalid" | "unattributed";
  requests: Count;
  reason: string;
  text: string;
  fix: string;
  where: (string)[];
};

export type Mover = {
  labels: Record<string, string>;
  requests: Count;
  before_requests: Count;
  cost_usd: Money;
  before_usd: Money;
  change_usd: Money;
  change: ShareOrNull;
};

export type Series = {
  from: string;
  until: string;
  zone: string;
  interval: "hour" | "day" | "month";
  by: string | null;
  buckets: ({
    start: string;
    until: string;
    partial: boolean;
  })[];
  series: (SeriesLine)[];
  total: SeriesLine;
  notes: (string)[];
};

export type SeriesLine = {
  label: string;
  rest: boolean;
  groups: Count;
  figures: Figures;
  cost_usd: (Money)[];
  requests: (Count)[];
  errors: (Count)[];
  input_tokens: (Count)[];
  output_tokens: (Count)[];
};

export type Dimensions = {
  dimensions: ({
    name: string;
    title: string;
    kind: "attribution" | "call" | "run" | "time" | "outcome" | "tag";
  })[];
};

export type Run = {
  trace_id: string;
  start: string;
  seconds: number;
  user: string;
  department: string;
  application: string;
  figures: Figures;
  slowest?: string | null;
  most_expensive?: string | null;
  agents: ({
    name: string;
    invocations: Count;
    seconds: number;
    own: Figures;
  })[];
  span_count: Count;
  left_out: LeftOut | null;
  spans: (RunSpan)[];
  notes: (string)[];
};

export type LeftOut = {
  spans: Count;
  failed: Count;
  figures: Figures;
};

export type RunSpan = {
  span_id: string;
  parent_span_id: string | null;
  depth: Count;
  role: string;
  name: string;
  start: string;
  offset_seconds: number;
  seconds: number;
  error: boolean;
  error_type: string;
  own: Figures;
  inclusive: Figures;
  critical: boolean;
  adopted: boolean;
  children: Count;
  left_out: LeftOut | null;
  links: (string)[];
  call: RunCall | null;
};

export type RunCall = {
  provider: string;
  model: string;
  request_model: string;
  operation: string;
  billable: boolean;
  not_billed: string | null;
  cost_usd: MoneyOrNull;
  cost_status: string;
  cost_reason: string;
  input_tokens: Count;
  output_tokens: Count;
  cached_tokens: Count;
  cache_write_tokens: Count;
  reasoning_tokens: Count;
  time_to_first_chunk_seconds: SecondsOrNull;
  attempt: number;
  finish_reasons: (string)[];
};

export type SpanDetail = {
  trace_id: string;
  span_id: string;
  role: string;
  name: string;
  start: string;
  seconds: number;
  error: boolean;
  error_type: string;
  attributes: ({
    name: string;
    value: string;
  })[];
  price: PriceExplanation | null;
  logs: (LogRow)[];
  content: Content;
};

export type PriceExplanation = {
  status: "priced" | "free" | "unpriced" | "invalid" | "";
  cost_usd: MoneyOrNull;
  reason: string;
  text: string;
  fix: string;
  billable: boolean;
  not_billed: string | null;
  catalogue: string;
  model: string | null;
  vendor_usd: MoneyOrNull;
  flags: ({
    name: string;
    text: string;
  })[];
  lines: ({
    kind: string;
    quantity: Count;
    unit: string;
    rate_usd: Money;
    per: number;
    multiplier: string;
    cost_usd: Money;
    from: string | null;
    until: string | null;
    sources: (PriceSource)[];
  })[];
  vendor_difference_usd: MoneyOrNull;
  seen_by: string;
  usage: ({
    attribute: string;
    quantity: Count;
    unit: string;
    part_of: string | null;
  })[];
  spans: ({
    span_id: string;
    seen_by: string;
    dialect: string;
    relation: "same_response" | "contains" | "contained" | "joined";
    billable: boolean;
    cost_usd: MoneyOrNull;
    text: string;
  })[];
};

export type PriceSource = {
  key: string;
  title: string;
  read: string | null;
};

export type Content = {
  captured: boolean;
  hint: string;
  parts: ({
    kind: "system" | "input" | "output" | "tools" | "other";
    role: string;
    type: string;
    text: string;
  })[];
};

export type Conversation = {
  conversation: string;
  start: string;
  last: string;
  users: (string)[];
  applications: (string)[];
  runs: Count;
  figures: Figures;
  cache_share: ShareOrNull;
  turns: ({
    turn: number;
    start: string;
    trace_id: string;
    span_id: string;
    agent: string;
    operation: string;
    model: string;
    seconds: number;
    input_tokens: Count;
    growth_tokens: number | null;
    cached_tokens: Count;
    cache_share: ShareOrNull;
    output_tokens: Count;
    cost_usd: MoneyOrNull;
    total_usd: Money;
    error: boolean;
    error_type: string;
  })[];
  notes: (string)[];
};

export type Comparison = {
  before: ComparisonSide;
  after: ComparisonSide;
  change_usd: Money;
  change: ShareOrNull;
  steps: ({
    name: string;
    change_usd: Money;
    text: string;
  })[];
  movers: (Mover)[];
  notes: (string)[];
};

export type ComparisonSide = {
  from: string;
  until: string;
  where: (string)[];
  figures: Figures;
  per_request: {
    cost_usd: MoneyOrNull;
    input_tokens: number | null;
    output_tokens: number | null;
    cache_share: ShareOrNull;
    error_rate: ShareOrNull;
  };
  latency: {
    average_seconds: SecondsOrNull;
    p50_seconds: SecondsOrNull;
    p95_seconds: SecondsOrNull;
  };
};

export type PriceList = {
  at: string;
  catalogue: string;
  more: Count;
  models: ({
    provider: string;
    model: string;
    region: string;
    ids: (string)[];
    in_force: boolean;
    input_usd: MoneyOrNull;
    cache_read_usd: MoneyOrNull;
    output_usd: MoneyOrNull;
    modes: (string)[];
    confidence: string;
  })[];
};

export type PriceCard = {
  at: string;
  catalogue: string;
  entries: ({
    provider: string;
    model: string;
    region: string;
    ids: (string)[];
    confidence: string;
    notes: (string)[];
    sources: (PriceSource)[];
    rates: ({
      mode: string;
      kind: string;
      applies: string;
      from: string | null;
      until: string | null;
      in_force: boolean;
      usd: Money;
      per: number;
      unit: string;
      status: string;
      confidence: string;
      sources: (string)[];
    })[];
  })[];
};

export type Health = {
  as_of: string;
  grade: "ok" | "warning" | "failed";
  findings: ({
    check: string;
    grade: "ok" | "skipped" | "warning" | "failed";
    text: string;
    fix: string;
  })[];
  dialects: ({
    dialect: string;
    requests: Count;
    errors: Count;
    unpriced: Count;
  })[];
  dead_letters: null | {
    rows: Count;
    bytes: Count;
    oldest: TimeOrNull;
  };
  queues: ({
    exporter: string;
    signal: "traces" | "logs";
    queued: Count;
    capacity: Count;
    unit: string;
    written: TimeOrNull;
    lag_seconds: SecondsOrNull;
    failing: string;
  })[];
};

export type Event = {
  as_of: string;
  requests?: Count;
  calls?: (CallRow)[];
};
