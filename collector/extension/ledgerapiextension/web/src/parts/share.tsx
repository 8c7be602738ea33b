interface Props {
  of: number; // 0 to 1
  tone?: "warn" | "bad";
}

/** Share is a bar as long as a share. */
export const Share = ({ of, tone }: Props) => (
  <svg class={tone ? `share ${tone}` : "share"} width="100%" height="4" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 4">
    <rect x="0" y="0" rx="1" height="4" width={Math.max(0, Math.min(100, of * 100))} />
  </svg>
);
