/** The error taxonomy as a list one can type ahead in, and the names marks are read out by. */

import type { Mark } from "./draft.ts";
import { placeOf } from "./geometry.ts";
import type { Rubric, Severity } from "./wire.ts";

export interface ErrorEntry {
  /** Full code as it goes on a mark, "ANAT.missing". */
  readonly code: string;
  readonly name: string;
  readonly anchor: string;
  readonly group: string;
  readonly fault: boolean;
  readonly clause: string | null;
  readonly parts: readonly string[];
}

export interface Match {
  readonly entry: ErrorEntry;
  /** The part that was typed along with the error ("ha ex" is an extra hand). */
  readonly part: string | null;
}

/** Entries by rubric: they are looked up for every mark at every change. */
const ENTRIES = new WeakMap<Rubric, readonly ErrorEntry[]>();

export function errorEntries(rubric: Rubric): readonly ErrorEntry[] {
  const known = ENTRIES.get(rubric) ?? entriesIn(rubric);
  ENTRIES.set(rubric, known);
  return known;
}

const entriesIn = (rubric: Rubric): readonly ErrorEntry[] =>
  (rubric.taxonomy?.groups ?? []).flatMap((group) =>
    group.errors.map((error) => ({
      code: `${group.code}.${error.code}`,
      name: error.name,
      anchor: error.anchor ?? "",
      group: group.name,
      fault: group.fault ?? true,
      clause: group.clause ?? null,
      parts: group.parts ?? [],
    })),
  );

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** How well one typed word fits an entry: own name best, then its code, then its group; 0 is not at all. */
function closeness(entry: ErrorEntry, token: string): number {
  const starts = (text: string): boolean => words(text).some((word) => word.startsWith(token));
  if (entry.name.toLowerCase().startsWith(token)) return 4;
  if (starts(entry.name)) return 3;
  if (starts(entry.code)) return 2;
  return starts(entry.group) ? 1 : 0;
}

const partFor = (entry: ErrorEntry, token: string): string | null =>
  entry.parts.find((part) => words(part.replaceAll("_", " ")).some((word) => word.startsWith(token))) ?? null;

function match(entry: ErrorEntry, tokens: readonly string[]): (Match & { score: number }) | null {
  let part: string | null = null;
  let score = 0;
  for (const token of tokens) {
    const points = closeness(entry, token);
    const named: string | null = points === 0 && part === null ? partFor(entry, token) : null;
    if (points === 0 && named === null) return null;
    part ??= named;
    score += named === null ? points : 2;
  }
  return { entry, part, score };
}

/** Entries that fit every typed word (by name, code, group or part), best first, else in the rubric's order. */
export function search(entries: readonly ErrorEntry[], query: string): readonly Match[] {
  const tokens = words(query);
  return entries
    .map((entry) => match(entry, tokens))
    .filter((found) => found !== null)
    .sort((a, b) => b.score - a.score)
    .map(({ entry, part }) => ({ entry, part }));
}

export const entryOf = (rubric: Rubric, code: string | null): ErrorEntry | undefined =>
  errorEntries(rubric).find((entry) => entry.code === code);

export const severityOf = (rubric: Rubric, value: number | null): Severity | undefined =>
  rubric.severities?.find((severity) => severity.value === value);

export const readable = (code: string): string => code.replaceAll("_", " ");

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** What a screen reader says of a mark: "mark 1, Anatomy, missing part, hand, major, upper left". */
export function markName(rubric: Rubric, mark: Mark, number: number, pair = 0): string {
  const entry = entryOf(rubric, mark.code);
  const image = rubric.unit !== "single" ? `image ${mark.image.toUpperCase()}` : null;
  const said = [
    `mark ${number}`,
    image,
    entry ? entry.group : rubric.taxonomy ? "no error type yet" : null,
    entry ? lower(entry.name) : null,
    mark.part ? readable(mark.part) : null,
    severityOf(rubric, mark.severity)?.name ??
      (rubric.taxonomy && entry?.fault !== false ? "no severity yet" : null),
    mark.missing ? `missing, ${placeOf(mark.shape)}` : placeOf(mark.shape),
    pair > 0 ? `the same as mark ${pair}` : null,
  ];
  return said.filter(Boolean).join(", ");
}
