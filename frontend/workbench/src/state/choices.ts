/** The answers a criterion offers, and the digit key that gives each. */

import type { Criterion, Option } from "./wire.ts";

export interface Choice {
  readonly value: number | string;
  readonly label: string;
  readonly anchor: string | null;
  readonly examples: readonly string[];
  /** "1" to "9", or null where the keyboard has no digit left. */
  readonly digit: string | null;
}

const digit = (number: number): string | null =>
  Number.isInteger(number) && number >= 1 && number <= 9 ? String(number) : null;

const YES_NO: readonly Option[] = [
  { code: "yes", label: "Yes" },
  { code: "no", label: "No" },
  { code: "unsure", label: "Unsure" },
  { code: "not_applicable", label: "Not applicable" },
];

const optionsOf = ({ type, options }: Criterion): readonly Option[] =>
  type === "yes_no" ? YES_NO : (options ?? []);

/** Choices in the order shown. On a scale the digit is the value itself where it can be, else its rank from the lowest. */
export function choicesOf(criterion: Criterion): readonly Choice[] {
  if (criterion.type !== "scale") {
    return optionsOf(criterion).map((option, index) => ({
      value: option.code,
      label: option.label,
      anchor: option.anchor ?? null,
      examples: option.examples ?? [],
      digit: digit(index + 1),
    }));
  }
  const levels = criterion.levels ?? [];
  const literal = levels.every((level) => digit(level.value) !== null);
  const ascending = levels.map((level) => level.value).sort((a, b) => a - b);
  return levels.map((level) => ({
    value: level.value,
    label: level.label,
    anchor: level.anchor ?? null,
    examples: level.examples ?? [],
    digit: digit(literal ? level.value : ascending.indexOf(level.value) + 1),
  }));
}

export const choiceFor = (criterion: Criterion, key: string): Choice | undefined =>
  criterion.type === "decision" ? undefined : choicesOf(criterion).find((choice) => choice.digit === key);
