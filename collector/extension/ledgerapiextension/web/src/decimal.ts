// Amounts are decimal strings. They are compared, added and rounded as such:
// a JavaScript number would lose digits of a bill. Only the length of a bar is a
// number.

export type Decimal = string;

interface Parts {
  units: bigint; // the amount times 10^scale
  scale: number;
}

function parse(amount: Decimal): Parts {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (!match) throw new Error(`decimal ${JSON.stringify(amount)}: not a number`);
  const fraction = match[3] ?? "";
  const units = BigInt(match[2] + fraction);
  return { units: match[1] ? -units : units, scale: fraction.length };
}

const pow10 = (n: number): bigint => 10n ** BigInt(n);

/** print leaves trailing zeros out. */
function print(parts: Parts): Decimal {
  const text = fixed(parts);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** aligned gives two amounts the same scale. */
function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const x = parse(a);
  const y = parse(b);
  const scale = Math.max(x.scale, y.scale);
  return [x.units * pow10(scale - x.scale), y.units * pow10(scale - y.scale), scale];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return print({ units: x + y, scale });
}

export function sub(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return print({ units: x - y, scale });
}

export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export const isZero = (a: Decimal): boolean => parse(a).units === 0n;
export const isNegative = (a: Decimal): boolean => parse(a).units < 0n;
export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

/** round rounds half away from zero to a number of places, as the command line does. */
export function round(amount: Decimal, places: number): Decimal {
  const { units, scale } = parse(amount);
  if (scale <= places) return fixed({ units: units * pow10(places - scale), scale: places });
  const by = pow10(scale - places);
  const size = units < 0n ? -units : units;
  const rounded = (size + by / 2n) / by;
  return fixed({ units: units < 0n ? -rounded : rounded, scale: places });
}

/** fixed keeps trailing zeros. */
function fixed({ units, scale }: Parts): Decimal {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const text = scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
  return units < 0n ? `-${text}` : text;
}

/** size is for drawing only: the length of a bar. */
export const size = (amount: Decimal | null | undefined): number => (amount == null ? 0 : Number(amount));

/** ratio of two amounts, for shares and changes. */
export function ratio(part: Decimal, whole: Decimal): number | null {
  const [x, y] = aligned(part, whole);
  if (y === 0n) return null;
  return Number((x * 1_000_000n) / y) / 1_000_000;
}
