/** The workbench and the server come to one answer: both read the same cases. */

import { describe, expect, test } from "vitest";
import vectors from "../../../tests/domain/coach_vectors.json" with { type: "json" };
import { questions } from "../src/state/consistency.ts";
import { contradiction } from "../src/state/contradiction.ts";
import type { AnswerValue, Rubric } from "../src/state/wire.ts";
import { wordCount } from "../src/state/words.ts";

const rubrics = vectors.rubrics as unknown as Readonly<Record<string, Rubric>>;

interface Case {
  readonly rubric: string;
  readonly answers: Readonly<Record<string, AnswerValue>>;
  readonly marks: readonly {
    readonly code: string | null;
    readonly severity: number | null;
    readonly part: string | null;
  }[];
  readonly explanation: string;
}

const rubricOf = ({ rubric }: Case): Rubric => {
  const found = rubrics[rubric];
  if (!found) throw new Error(`no rubric ${rubric}`);
  return found;
};

describe("what contradicts the answers", () => {
  test.each(vectors.contradictions as unknown as (Case & { readonly says: string | null })[])(
    "$rubric: $explanation",
    (given) => {
      expect(contradiction(rubricOf(given), given.answers, given.marks, given.explanation)).toBe(given.says);
    },
  );
});

describe("what is asked before sending", () => {
  test.each(vectors.questions as unknown as (Case & { readonly asked: unknown[] })[])(
    "$rubric: $answers",
    (given) => {
      const asked = questions(rubricOf(given), given.answers, given.marks, given.explanation);
      expect(asked.map(({ kept, words }) => ({ ...kept, words }))).toEqual(given.asked);
    },
  );
});

test.each(vectors.words as unknown as [string, number][])("%j has %i words", (text, count) => {
  expect(wordCount(text)).toBe(count);
});
