/**
 * Whether scores and evidence agree: what is asked before an answer is sent. The server knows the same rules:
 * tests/domain/coach_vectors.json holds both to one answer.
 */

import type { Mark } from "./draft.ts";
import { entryOf, readable, severityOf } from "./taxonomy.ts";
import type { AnswerValue, Criterion, Kept, Rubric } from "./wire.ts";

export interface Question {
  readonly kept: Kept;
  readonly words: string;
}

type Evidence = Pick<Mark, "code" | "severity" | "part">;

/** Whether a mark stands for a fault; one without a code yet is taken for one. */
export const isFault = (rubric: Rubric, code: string | null): boolean => entryOf(rubric, code)?.fault ?? true;

/** What to ask, in the order of the rubric, each criterion at most once. */
export function questions(
  rubric: Rubric,
  answers: Readonly<Record<string, AnswerValue>>,
  marks: readonly Evidence[],
  explanation: string,
): readonly Question[] {
  return rubric.criteria.flatMap((criterion) => {
    const answer = criterion.type === "scale" ? answers[criterion.id] : undefined;
    if (typeof answer !== "number") return [];
    if (answer === criterion.levels?.[0]?.value) return tooHigh(rubric, criterion, answer, marks);
    if (answer !== criterion.levels?.at(-1)?.value || explanation.trim() !== "") return [];
    return unfounded(rubric, criterion, answer, marks);
  });
}

/** About the gravest mark that belongs to the criterion; of equals, the first. */
function tooHigh(
  rubric: Rubric,
  criterion: Criterion,
  answer: number,
  marks: readonly Evidence[],
): Question[] {
  const grave = graveSeverities(rubric);
  const found = marks
    .map((mark, index) => ({ mark, number: index + 1 }))
    .filter(({ mark }) => grave.has(mark.severity ?? 0) && lowers(rubric, mark, criterion));
  const [gravest] = found.sort((a, b) => (b.mark.severity ?? 0) - (a.mark.severity ?? 0));
  if (!gravest) return [];
  const { mark, number } = gravest;
  const words = `${criterion.name} ${answer}, but mark ${number} is ${severityOf(rubric, mark.severity)?.name}${named(rubric, mark)}`;
  return [{ kept: { rule: "top_score_grave_mark", criterion: criterion.id, mark: number }, words }];
}

function unfounded(
  rubric: Rubric,
  criterion: Criterion,
  answer: number,
  marks: readonly Evidence[],
): Question[] {
  if (marks.some((mark) => lowers(rubric, mark, criterion))) return [];
  const takes = [rubric.marks?.shapes.length ? "mark" : "", rubric.explanation ? "explanation" : ""].filter(
    Boolean,
  );
  if (takes.length === 0) return [];
  const words = `${criterion.name} ${answer}, but there is no ${takes.join(" and no ")}`;
  return [{ kept: { rule: "lowest_score_no_evidence", criterion: criterion.id, mark: null }, words }];
}

/** The graver half of the severities: 3 and 4 of four. */
function graveSeverities(rubric: Rubric): ReadonlySet<number> {
  const values = (rubric.severities ?? []).map(({ value }) => value);
  return new Set(values.slice(Math.ceil(values.length / 2)));
}

/** Whether a mark belongs to a criterion; without a taxonomy, or a code, it may belong to any. */
function lowers(rubric: Rubric, { code }: Evidence, criterion: Criterion): boolean {
  const entry = entryOf(rubric, code);
  if (!entry) return true;
  const group = rubric.taxonomy?.groups.find((each) => code?.startsWith(`${each.code}.`));
  return entry.fault && group?.criterion === criterion.id;
}

function named(rubric: Rubric, { code, part }: Evidence): string {
  const entry = entryOf(rubric, code);
  return entry ? ` (${[entry.name, part ? readable(part) : ""].filter(Boolean).join(", ")})` : "";
}
