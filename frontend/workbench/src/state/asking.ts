/** Which criteria are asked, and what follows from the answers given: the same rules as the server's. */

import { imagesOf, isOrder, orderOf } from "./ordering.ts";
import type { AnswerValue, Condition, Criterion, Rubric } from "./wire.ts";

/** "void": a question above has failed. "unasked": its condition does not hold. "decided": looked up, never asked. */
export type Standing = "asked" | "void" | "unasked" | "decided";

export interface Followed {
  readonly standing: ReadonlyMap<string, Standing>;
  /** The answers that count: those asked for, those that are void, and what a table decides. */
  readonly answers: Readonly<Record<string, AnswerValue>>;
}

type Answers = Readonly<Record<string, AnswerValue>>;

const NOT_APPLICABLE = "not_applicable";

export const hasFailed = (value: AnswerValue | undefined): boolean =>
  value === "no" || value === NOT_APPLICABLE;

/** Whether what a condition says of its criterion holds. */
export function holdsOn({ criterion, at_most, at_least, any_of }: Condition, answers: Answers): boolean {
  const value = criterion ? answers[criterion] : undefined;
  if (value === undefined) return false;
  if (typeof at_most === "number" && !(typeof value === "number" && value <= at_most)) return false;
  if (typeof at_least === "number" && !(typeof value === "number" && value >= at_least)) return false;
  if (any_of) return any_of.some((code) => (Array.isArray(value) ? value.includes(code) : value === code));
  return true;
}

function standingOf(criterion: Criterion, above: Answers): Standing {
  const { type, when, parents } = criterion;
  if (type === "decision") return "decided";
  if (when?.length && !when.some((condition) => holdsOn(condition, above))) return "unasked";
  return parents?.some((parent) => hasFailed(above[parent])) ? "void" : "asked";
}

function decide({ rules, otherwise }: Criterion, above: Answers): string | undefined {
  const conditions = (rules ?? []).flatMap((rule) => rule.if);
  if (conditions.some(({ criterion }) => criterion && above[criterion] === undefined)) return undefined;
  const rule = rules?.find((each) => each.if.every((condition) => holdsOn(condition, above)));
  return rule?.then ?? otherwise ?? undefined;
}

/** An answer that is complete and within its bounds. */
function completed(
  criterion: Criterion,
  value: AnswerValue | undefined,
  images: number,
): AnswerValue | undefined {
  if (isOrder(criterion)) return orderOf(criterion, value, images);
  if (criterion.type !== "count" || typeof value !== "number") return value;
  const { minimum = 0, maximum = 1000 } = criterion;
  return Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined;
}

function answerTo(
  criterion: Criterion,
  standing: Standing,
  given: Answers,
  above: Answers,
  images: number,
): AnswerValue | undefined {
  if (standing === "asked") return completed(criterion, given[criterion.id], images);
  if (standing === "void") return NOT_APPLICABLE;
  return standing === "decided" ? decide(criterion, above) : undefined;
}

/** Goes through the rubric from above: each criterion depends on those above it only. */
export function follow(rubric: Rubric, given: Answers): Followed {
  const standing = new Map<string, Standing>();
  const answers: Record<string, AnswerValue> = {};
  for (const criterion of rubric.criteria) {
    const stands = standingOf(criterion, answers);
    standing.set(criterion.id, stands);
    const value = answerTo(criterion, stands, given, answers, imagesOf(rubric));
    if (value !== undefined) answers[criterion.id] = value;
  }
  return { standing, answers };
}
