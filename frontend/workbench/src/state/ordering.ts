/**
 * Orders of a set in the making. A draft holds what has been chosen so far: "a2" gives image a the second rank, "best a"
 * and "worst d" name the ends. Once complete it is the order that is sent: "b>a=c", "a>d".
 */

import type { AnswerValue, Criterion, Rubric } from "./wire.ts";

export const LETTERS = ["a", "b", "c", "d", "e", "f", "g", "h", "i"] as const;

export const isOrder = ({ type }: Criterion): boolean => type === "ranking" || type === "best_worst";

/** How many images an item of the rubric has. */
export const imagesOf = ({ unit, images }: Rubric): number =>
  unit === "single" ? 1 : unit === "set" ? (images ?? 4) : 2;

/** One part of an order that is chosen on its own: the rank of an image, or one of the ends. */
export interface Part {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

export function partsOf(criterion: Criterion, images: number): readonly Part[] {
  const letters = LETTERS.slice(0, images);
  if (criterion.type === "best_worst") {
    const choices = letters.map((letter) => ({ value: letter, label: letter.toUpperCase() }));
    return [
      { name: "best", label: "Best", choices },
      { name: "worst", label: "Worst", choices },
    ];
  }
  const choices = letters.map((_, index) => ({ value: String(index + 1), label: String(index + 1) }));
  return letters.map((letter) => ({ name: letter, label: letter.toUpperCase(), choices }));
}

const asMap = (pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => new Map(pairs);

function partsOfOrder(criterion: Criterion, order: string): ReadonlyMap<string, string> {
  const groups = order.split(">");
  if (criterion.type === "best_worst")
    return asMap([
      ["best", groups[0] ?? ""],
      ["worst", groups[1] ?? ""],
    ]);
  return asMap(
    groups.flatMap((group, index) => group.split("=").map((letter) => [letter, String(index + 1)] as const)),
  );
}

/** What has been chosen, by the name of the part; of an order that was sent, what it says. */
export function chosenParts(
  criterion: Criterion,
  value: AnswerValue | undefined,
): ReadonlyMap<string, string> {
  if (typeof value === "string") return partsOfOrder(criterion, value);
  const parts = Array.isArray(value) ? (value as readonly string[]) : [];
  return asMap(
    parts.map((part) => [part.slice(0, part.indexOf(" ")), part.slice(part.indexOf(" ") + 1)] as const),
  );
}

/** Chooses one part; the best is no longer the worst, and the other way round. */
export function choosePart(
  criterion: Criterion,
  value: AnswerValue | undefined,
  name: string,
  choice: string,
): readonly string[] {
  const parts = new Map(chosenParts(criterion, value));
  if (criterion.type === "best_worst") {
    const other = name === "best" ? "worst" : "best";
    if (parts.get(other) === choice) parts.delete(other);
  }
  parts.set(name, choice);
  return [...parts].sort(([a], [b]) => a.localeCompare(b)).map(([part, chosen]) => `${part} ${chosen}`);
}

/** The order that is sent, or undefined while a part is missing. Ranks that nobody holds are passed over. */
export function orderOf(
  criterion: Criterion,
  value: AnswerValue | undefined,
  images: number,
): string | undefined {
  const parts = chosenParts(criterion, value);
  if (partsOf(criterion, images).some(({ name }) => !parts.get(name))) return undefined;
  if (criterion.type === "best_worst") return `${parts.get("best")}>${parts.get("worst")}`;
  const ranks = [...new Set(parts.values())].sort();
  return ranks
    .map((rank) =>
      [...parts]
        .filter(([, given]) => given === rank)
        .map(([letter]) => letter)
        .sort()
        .join("="),
    )
    .join(">");
}

/** An order as people read it: "B, then A and C, then D". */
export const inWords = (order: string): string =>
  order
    .split(">")
    .map((group) => group.toUpperCase().split("=").join(" and "))
    .join(", then ");
