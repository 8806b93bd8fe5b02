/** Whether the person is at it: when to ask, and until when an answer credits the whole pause. */

export const GRACE = 60_000;

export type Attention = "here" | "asked" | "away";

export interface Terms {
  readonly idle_ms: number;
  readonly prompt_after_ms: number;
}

export const DEFAULT_TERMS: Terms = { idle_ms: 120_000, prompt_after_ms: 100_000 };

/** What is known of a person who last did something so many milliseconds ago. */
export function attention(quiet: number, terms: Terms): Attention {
  if (quiet < terms.prompt_after_ms) return "here";
  return quiet <= terms.idle_ms + GRACE ? "asked" : "away";
}
