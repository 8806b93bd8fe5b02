/** What a draft still lacks before its rubric lets it be submitted. */

import { follow, holdsOn } from "./asking.ts";
import { citations } from "./citations.ts";
import { contradiction } from "./contradiction.ts";
import { type Draft, isList, MAXIMUM_MARKS, type Mark } from "./draft.ts";
import { entryOf } from "./taxonomy.ts";
import type { Condition, Criterion, Rubric } from "./wire.ts";
import { wordCount } from "./words.ts";

/** Words that an explanation has at least where one is required. */
const FEWEST_WORDS = 6;

/** Where the focus goes to put it right. */
export type Target =
  | { readonly kind: "criterion"; readonly id: string }
  | { readonly kind: "mark"; readonly id: string; readonly field: "code" | "severity" }
  | { readonly kind: "marks" }
  | { readonly kind: "explanation" };

export interface Missing {
  readonly target: Target;
  readonly message: string;
}

export const isRequired = (criterion: Criterion): boolean =>
  criterion.required !== false && !isList(criterion);

export const takesMarks = (rubric: Rubric): boolean => (rubric.marks?.shapes.length ?? 0) > 0;

/** The gravest severity among marks of faults; a mark of style, say, is none. */
function worstSeverity(rubric: Rubric, draft: Draft): number {
  const faults = draft.marks.filter((mark) => entryOf(rubric, mark.code)?.fault ?? true);
  return faults.reduce((worst, mark) => Math.max(worst, mark.severity ?? 0), 0);
}

/** Whether one rule of "required when" holds: every key it names. */
function holds(condition: Condition, rubric: Rubric, draft: Draft): boolean {
  const { criterion, severity_at_least: least } = condition;
  if (criterion && !holdsOn(condition, follow(rubric, draft.answers).answers)) return false;
  if (typeof least === "number" && worstSeverity(rubric, draft) < least) return false;
  return Boolean(criterion) || typeof least === "number";
}

const anyHolds = (rules: readonly Condition[] | null | undefined, rubric: Rubric, draft: Draft): boolean =>
  draft.cannotJudge === null && (rules ?? []).some((rule) => holds(rule, rubric, draft));

export const marksRequired = (rubric: Rubric, draft: Draft): boolean =>
  anyHolds(rubric.marks?.required_when, rubric, draft);

export const explanationRequired = (rubric: Rubric, draft: Draft): boolean =>
  anyHolds(rubric.explanation?.required_when, rubric, draft);

function missingOnMark(rubric: Rubric, mark: Mark, number: number): Missing[] {
  const lacks: Missing[] = [];
  const entry = entryOf(rubric, mark.code);
  if (rubric.taxonomy && !entry) {
    lacks.push({
      target: { kind: "mark", id: mark.id, field: "code" },
      message: `Mark ${number} needs an error type`,
    });
  }
  if (rubric.taxonomy && (entry?.fault ?? true) && mark.severity === null) {
    lacks.push({
      target: { kind: "mark", id: mark.id, field: "severity" },
      message: `Mark ${number} needs a severity`,
    });
  }
  return lacks;
}

export const length = (text: string): number => [...text].length;

function missingInExplanation(rubric: Rubric, draft: Draft): string[] {
  const rule = rubric.explanation;
  if (!rule) return [];
  const lacks: string[] = [];
  const text = draft.explanation.trim();
  const required = explanationRequired(rubric, draft);
  const cited = citations(text);
  if (required && text === "") lacks.push("An explanation is needed");
  const strays = cited.filter((number) => number < 1 || number > draft.marks.length);
  if (strays.length > 0) {
    lacks.push(
      strays.some((number) => number > 0)
        ? `The explanation cites mark ${strays.find((number) => number > 0)}, which does not exist`
        : "The explanation cites a mark that was removed",
    );
  } else if (required && text !== "" && rule.cite_mark && draft.marks.length > 0 && cited.length === 0) {
    lacks.push("The explanation must cite a mark (Alt 1 to Alt 9)");
  }
  if (required && text !== "" && wordCount(text) < FEWEST_WORDS) {
    lacks.push(`The explanation needs at least ${FEWEST_WORDS} words`);
  }
  const against = draft.cannotJudge
    ? null
    : contradiction(rubric, follow(rubric, draft.answers).answers, draft.marks, text);
  if (against) lacks.push(against);
  const most = rule.max_characters ?? 2000;
  if (length(text) > most) lacks.push(`The explanation is ${length(text) - most} characters too long`);
  return lacks;
}

/** What begun answers lack: a number within its bounds, or the rest of an order. */
const unfinished = ({ name, type, minimum = 0, maximum = 1000 }: Criterion): string =>
  type === "count" ? `${name} is a number from ${minimum} to ${maximum}` : `${name} is not complete`;

/** Everything that is missing, in the order in which the panel shows it. */
export function missing(rubric: Rubric, draft: Draft): readonly Missing[] {
  const lacks: Missing[] = [];
  if (draft.cannotJudge === null) {
    const { standing, answers } = follow(rubric, draft.answers);
    for (const criterion of rubric.criteria) {
      if (standing.get(criterion.id) !== "asked" || answers[criterion.id] !== undefined) continue;
      const isBegun = draft.answers[criterion.id] !== undefined;
      if (isBegun || isRequired(criterion)) {
        lacks.push({
          target: { kind: "criterion", id: criterion.id },
          message: isBegun ? unfinished(criterion) : `${criterion.name} is not answered`,
        });
      }
    }
  }
  if (draft.marks.length > MAXIMUM_MARKS) {
    lacks.push({
      target: { kind: "marks" },
      message: `There are ${draft.marks.length} marks; at most ${MAXIMUM_MARKS} are taken`,
    });
  }
  if (draft.marks.length === 0 && marksRequired(rubric, draft)) {
    lacks.push({ target: { kind: "marks" }, message: "At least one mark is needed" });
  }
  draft.marks.forEach((mark, index) => {
    lacks.push(...missingOnMark(rubric, mark, index + 1));
  });
  for (const message of missingInExplanation(rubric, draft)) {
    lacks.push({ target: { kind: "explanation" }, message });
  }
  return lacks;
}
