import { describe, expect, test } from "vitest";
import { follow } from "../src/state/asking.ts";
import { criterionAfter, give } from "../src/state/bench.ts";
import { choicesOf } from "../src/state/choices.ts";
import { missing } from "../src/state/completeness.ts";
import { answer, toBody, withdraw } from "../src/state/draft.ts";
import type { Criterion, Rubric } from "../src/state/wire.ts";
import { bench as benchOf, draft, setup } from "./cast.ts";

const dog: Criterion = { id: "dog", name: "A dog", type: "yes_no" };
const brown: Criterion = { id: "brown", name: "It is brown", type: "yes_no", parents: ["dog"] };
const dark: Criterion = { id: "dark", name: "It is dark", type: "yes_no", parents: ["brown"] };
const people: Criterion = { id: "people", name: "People", type: "count", minimum: 0, maximum: 20 };
const hands: Criterion = {
  id: "hands",
  name: "Hands",
  type: "count",
  when: [{ criterion: "people", at_least: 1 }],
};
const words: Criterion = { id: "words", name: "Missing words", type: "words", required: false };
const verdict: Criterion = {
  id: "verdict",
  name: "Verdict",
  type: "decision",
  options: [
    { code: "pass", label: "Pass" },
    { code: "fail", label: "Fail" },
  ],
  rules: [
    {
      if: [
        { criterion: "dog", any_of: ["yes"] },
        { criterion: "people", at_most: 0 },
      ],
      // biome-ignore lint/suspicious/noThenProperty: what the rubric calls it
      then: "pass",
    },
  ],
  otherwise: "fail",
};
const rubric: Rubric = {
  key: "test",
  name: "Test",
  unit: "single",
  prompt: "shown",
  criteria: [dog, brown, dark, people, hands, words, verdict],
};

describe("what is asked", () => {
  test("children of a failed parent are void down to the last, and are not asked for", () => {
    const { standing, answers } = follow(rubric, { dog: "no", brown: "yes" });

    expect([standing.get("brown"), standing.get("dark")]).toEqual(["void", "void"]);
    expect(answers).toEqual({ dog: "no", brown: "not_applicable", dark: "not_applicable" });
    expect(missing(rubric, draft({ answers: { dog: "no" } })).map(({ message }) => message)).toEqual([
      "People is not answered",
    ]);
  });

  test("a parent of which one is unsure leaves its children asked", () => {
    expect(follow(rubric, { dog: "unsure" }).standing.get("brown")).toBe("asked");
  });

  test("a question waits for its condition, and its answer counts only while that holds", () => {
    expect(follow(rubric, { people: 0, hands: 2 }).answers).toEqual({ people: 0 });
    expect(follow(rubric, { people: 1, hands: 2 }).answers).toEqual({ people: 1, hands: 2 });
  });

  test("a table decides once all it looks at is answered", () => {
    expect(follow(rubric, { dog: "yes" }).answers.verdict).toBeUndefined();
    expect(follow(rubric, { dog: "yes", people: 0 }).answers.verdict).toBe("pass");
    expect(follow(rubric, { dog: "yes", people: 3 }).answers.verdict).toBe("fail");
  });

  test("what is sent is what counts, and a list left alone says none", () => {
    const body = toBody(rubric, draft({ answers: { dog: "no", brown: "yes", people: 0, hands: 2 } }));

    expect(body.answers).toEqual({
      dog: "no",
      brown: "not_applicable",
      dark: "not_applicable",
      people: 0,
      words: [],
      verdict: "fail",
    });
  });
});

describe("answering", () => {
  test("an answer moves on past what is void", () => {
    const bench = benchOf({ setup: { ...setup, rubric } });

    expect(give(bench, dog, "no", true).criterion).toBe("people");
    expect(give(bench, dog, "yes", true).criterion).toBe("brown");
    expect(criterionAfter(bench, "words")).toBe("words");
  });

  test("yes and no have a digit each", () => {
    expect(choicesOf(dog).map(({ value, digit }) => [value, digit])).toEqual([
      ["yes", "1"],
      ["no", "2"],
      ["unsure", "3"],
      ["not_applicable", "4"],
    ]);
  });

  test("words toggle and keep the order of the prompt", () => {
    const two = answer(answer(draft(), words, "10-14"), words, "4-8");

    expect(two.answers).toEqual({ words: ["4-8", "10-14"] });
    expect(answer(two, words, "4-8").answers).toEqual({ words: ["10-14"] });
  });

  test.each([-1, 21, 2.5, Number.NaN])("%d people are no answer, and what is allowed is said", (given) => {
    const typed = draft({ answers: { dog: "no", people: given } });

    expect(follow(rubric, typed.answers).answers.people).toBeUndefined();
    expect(missing(rubric, typed).map(({ message }) => message)).toEqual(["People is a number from 0 to 20"]);
  });

  test("a number that is taken out again is no answer", () => {
    expect(withdraw(answer(draft(), people, 3), people).answers).toEqual({});
  });
});
