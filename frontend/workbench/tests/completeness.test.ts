import { describe, expect, test } from "vitest";
import { missing } from "../src/state/completeness.ts";
import type { Draft } from "../src/state/draft.ts";
import { complete, draft, mark, rubric } from "./cast.ts";

const messages = (written: Draft): string[] => missing(rubric, written).map(({ message }) => message);

test("an untouched draft lacks what must be answered, and only that", () => {
  expect(missing(rubric, draft())).toEqual([
    { target: { kind: "criterion", id: "plausibility" }, message: "Plausibility is not answered" },
  ]);
});

test("a complete draft lacks nothing", () => {
  expect(messages(complete)).toEqual([]);
});

test("what cannot be judged needs no answers", () => {
  expect(messages(draft({ cannotJudge: { reason: "did_not_load", note: "" } }))).toEqual([]);
});

describe("marks", () => {
  test("a low score needs a mark", () => {
    expect(messages(draft({ answers: { plausibility: 1 } }))).toEqual(["At least one mark is needed"]);
  });

  test("a mark needs an error type and a severity", () => {
    expect(messages({ ...complete, marks: [mark({ code: null, severity: null })] })).toEqual([
      "Mark 1 needs an error type",
      "Mark 1 needs a severity",
    ]);
  });

  test("what is no fault needs no severity", () => {
    expect(messages({ ...complete, marks: [mark({ code: "STYLE.flat", severity: null })] })).toEqual([]);
  });

  test("a severity left on what is no fault asks for no explanation", () => {
    expect(messages({ ...complete, marks: [mark({ code: "STYLE.flat", severity: 4 })] })).toEqual([]);
    expect(messages({ ...complete, marks: [mark({ severity: 4 })] })).toEqual(["An explanation is needed"]);
  });

  test("without a taxonomy a mark is complete by being there", () => {
    const bare = { ...complete, marks: [mark({ code: null, severity: null })] };

    expect(missing({ ...rubric, taxonomy: null }, bare)).toEqual([]);
  });
});

describe("the explanation", () => {
  const grave = { ...complete, marks: [mark({ severity: 3 })] };

  test("is needed with a grave mark, or with a verdict that asks for it", () => {
    expect(messages(grave)).toEqual(["An explanation is needed"]);
    expect(messages(draft({ answers: { plausibility: 3, verdict: "drop" } }))).toEqual([
      "An explanation is needed",
    ]);
  });

  test("must then cite a mark", () => {
    expect(messages({ ...grave, explanation: "The left hand has six fingers." })).toEqual([
      "The explanation must cite a mark (Alt 1 to Alt 9)",
    ]);
    expect(messages({ ...grave, explanation: "Left hand [[1]] has six fingers." })).toEqual([]);
  });

  test("must then say something, the citation being one word of it", () => {
    expect(messages({ ...grave, explanation: "Six fingers on [[1]]." })).toEqual([
      "The explanation needs at least 6 words",
    ]);
    expect(messages({ ...complete, explanation: "Fine." })).toEqual([]);
  });

  test("must not say the opposite of the marks", () => {
    const clean = { ...complete, marks: [mark()], explanation: "No visible errors." };

    expect(messages(clean)).toEqual(["The text says that there is no fault, but mark 1 is one"]);
    expect(messages({ ...clean, cannotJudge: { reason: "did_not_load", note: "" } })).toEqual([]);
  });

  test("does not cite what is not there", () => {
    expect(messages({ ...complete, explanation: "See [[4]]" })).toEqual([
      "The explanation cites mark 4, which does not exist",
    ]);
    expect(messages({ ...complete, explanation: "See [[?]]" })).toEqual([
      "The explanation cites a mark that was removed",
    ]);
  });

  test("is counted in characters as people count them", () => {
    expect(messages({ ...complete, explanation: "🖐".repeat(40) })).toEqual([]);
    expect(messages({ ...complete, explanation: "🖐".repeat(42) })).toEqual([
      "The explanation is 2 characters too long",
    ]);
  });

  test("of a rubric without one is never asked for", () => {
    expect(missing({ ...rubric, explanation: null }, grave)).toEqual([]);
  });
});
