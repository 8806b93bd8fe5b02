/** Hints on the explanation: where they stand in a text that has changed since, and which ones nobody wants. */

import { pieces } from "./citations.ts";
import type { Finding } from "./wire.ts";

export interface Advice {
  /** The text that was read. */
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly dismissed: readonly string[];
}

export const NO_ADVICE: Advice = { text: "", findings: [], dismissed: [] };

/** A word once called right stays so; everything else is looked at anew on the next item. */
const LASTING = "spelling:";

export const forNextItem = (advice: Advice): Advice => ({
  ...NO_ADVICE,
  dismissed: advice.dismissed.filter((key) => key.startsWith(LASTING)),
});

const keyOf = (finding: Finding, text: string): string =>
  `${finding.code}:${finding.spans.map(([start, end]) => text.slice(start, end)).join("|")}`;

/** What the server found, with places in the units of a browser in place of code points. */
export function received(advice: Advice, text: string, findings: readonly Finding[]): Advice {
  const unit = unitsOf(text);
  const placed = findings.map((finding) => ({
    ...finding,
    spans: finding.spans.map(([start, end]) => [unit(start), unit(end)] as const),
  }));
  // The server composes what it reads; then its places are others.
  const fits = text.normalize("NFC") === text;
  return { ...advice, text, findings: fits ? placed : placed.filter(({ spans }) => spans.length === 0) };
}

function unitsOf(text: string): (point: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  return (point) => starts[point] ?? text.length;
}

export const dismiss = (advice: Advice, finding: Finding): Advice => ({
  ...advice,
  dismissed: [...advice.dismissed, keyOf(finding, advice.text)],
});

export interface Hint {
  /** As it was received, to be dismissed. */
  readonly finding: Finding;
  /** Where it stands now. */
  readonly spans: readonly (readonly [number, number])[];
}

/** The hints that still hold: not dismissed, not blocking (those stand by the button), their places as they were. */
export function hints(advice: Advice, text: string): readonly Hint[] {
  if (text.trim() === "") return [];
  const move = moved(advice.text, text);
  return advice.findings.flatMap((finding) => {
    if (finding.blocks || advice.dismissed.includes(keyOf(finding, advice.text))) return [];
    const spans = finding.spans.flatMap(([start, end]) => {
      const from = move(start, end);
      return from === null ? [] : [[from, from + end - start] as const];
    });
    return finding.spans.length > 0 && spans.length === 0 ? [] : [{ finding, spans }];
  });
}

/** Where a stretch of the text read stands in the text now; null where it was changed. */
function moved(before: string, now: string): (start: number, end: number) => number | null {
  let head = 0;
  while (head < before.length && before[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, now.length) - head;
  while (tail < most && before.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return (start, end) => {
    if (end <= head) return start;
    return start >= before.length - tail ? start + now.length - before.length : null;
  };
}

export interface Stretch {
  readonly text: string;
  readonly chip: boolean;
  readonly underlined: boolean;
}

/** The text cut into stretches that look alike: citations are chips, what a hint is about is underlined. */
export function stretches(
  text: string,
  found: readonly Hint[],
  clauses: ReadonlySet<string> = new Set(),
): readonly Stretch[] {
  const spans = found.flatMap((hint) => hint.spans);
  const isUnderlined = (start: number, end: number): boolean =>
    spans.some(([from, to]) => from <= start && end <= to);
  let at = 0;
  return pieces(text, clauses).flatMap(({ text: piece, chip }) => {
    const start = at;
    at += piece.length;
    const inside = spans.flat().filter((edge) => edge > start && edge < at);
    const cuts = [...new Set([start, ...inside])].sort((a, b) => a - b);
    return cuts.map((from, index) => {
      const to = cuts[index + 1] ?? at;
      return { text: text.slice(from, to), chip, underlined: isUnderlined(from, to) };
    });
  });
}
