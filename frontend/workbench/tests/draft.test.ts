import { describe, expect, test } from "vitest";
import {
  addMark,
  answer,
  copyOf,
  type Draft,
  editMark,
  fromBody,
  isAsBegun,
  isChosen,
  MAXIMUM_MARKS,
  pairMarks,
  proposed,
  removeMark,
  toBody,
} from "../src/state/draft.ts";
import { draft, faults, mark, plausibility, rubric, verdict } from "./cast.ts";

describe("answers", () => {
  test("another level takes the place of the first", () => {
    const given = answer(answer(draft(), plausibility, 3), plausibility, 2);

    expect(given.answers).toEqual({ plausibility: 2 });
  });

  test("what must be answered is not withdrawn by answering it again", () => {
    expect(answer(draft({ answers: { plausibility: 2 } }), plausibility, 2).answers).toEqual({
      plausibility: 2,
    });
  });

  test("what may be left open is", () => {
    expect(answer(draft({ answers: { verdict: "keep" } }), verdict, "keep").answers).toEqual({});
  });

  test("ticks toggle and keep the rubric's order", () => {
    const both = answer(answer(draft(), faults, "tint"), faults, "noise_minor");

    expect(both.answers).toEqual({ faults: ["noise_minor", "tint"] });
    expect(answer(both, faults, "tint").answers).toEqual({ faults: ["noise_minor"] });
    expect(isChosen(both, faults, "tint")).toBe(true);
  });

  test("ticks of one group exclude each other", () => {
    const graver = answer(answer(draft(), faults, "noise_minor"), faults, "noise_major");

    expect(graver.answers).toEqual({ faults: ["noise_major"] });
  });
});

describe("marks", () => {
  const two = draft({
    marks: [mark({ id: "m1" }), mark({ id: "m2" })],
    explanation: "See [[1]], then [[2]].",
  });

  test("citations follow their mark when an earlier one goes", () => {
    expect(removeMark(two, "m1").explanation).toBe("See [[?]], then [[1]].");
  });

  test("removing what is not there changes nothing", () => {
    expect(removeMark(two, "m9")).toBe(two);
  });

  test("one mark is edited, the other left", () => {
    const edited = editMark(two, "m2", { severity: 4 });

    expect(edited.marks.map(({ severity }) => severity)).toEqual([2, 4]);
  });

  test("the 201st mark is not made", () => {
    let full: Draft = draft();
    for (let count = 0; count <= MAXIMUM_MARKS; count += 1) full = addMark(full, mark({ id: `m${count}` }));

    expect(full.marks).toHaveLength(MAXIMUM_MARKS);
  });
});

describe("on the wire", () => {
  test("a tick list left alone says that none applies", () => {
    expect(toBody(rubric, draft({ answers: { plausibility: 3 } })).answers).toEqual({
      plausibility: 3,
      faults: [],
    });
  });

  test("what was not judged carries no answers", () => {
    const body = toBody(
      rubric,
      draft({ answers: { plausibility: 3 }, cannotJudge: { reason: "did_not_load", note: "" } }),
    );

    expect(body.answers).toEqual({});
    expect(body.cannot_judge).toEqual({ reason: "did_not_load", note: "" });
  });

  test("a mark says nothing of what it does not have", () => {
    const [sent] = toBody(rubric, draft({ marks: [mark({ severity: null, note: " glare " })] })).marks;

    expect(sent).toEqual({
      image: "a",
      shape: "box",
      geometry: { x: 0.1, y: 0.1, width: 0.2, height: 0.1 },
      code: "ANAT.extra",
      note: "glare",
    });
  });

  test("an answer comes back as the draft it was", () => {
    const written = draft({
      answers: { plausibility: 2, faults: ["tint"] },
      marks: [mark({ part: "hand" })],
      explanation: "See [[1]]",
    });

    expect(fromBody(toBody(rubric, written), () => "m1")).toEqual(written);
  });
});

describe("marks that say more", () => {
  const [one, two, three] = [
    mark({ id: "m1", missing: true, clause: "AL-2" }),
    mark({ id: "m2", image: "b" }),
    mark({ id: "m3" }),
  ] as const;
  const paired = pairMarks(draft({ marks: [one, two, three] }), "m2", "m3");

  test("cross the wire by number and come back by name", () => {
    const body = toBody(rubric, paired);
    const ids = ["m1", "m2", "m3"];

    expect(body.marks).toMatchObject([{ missing: true, clause: "AL-2" }, { pair: 3 }, { pair: 2 }]);
    expect(fromBody(body, () => ids.shift() ?? "").marks).toEqual(paired.marks);
  });

  test("whoever is paired anew leaves the former partner on its own", () => {
    expect(pairMarks(paired, "m1", "m2").marks.map(({ pair }) => pair ?? null)).toEqual(["m2", "m1", null]);
    expect(pairMarks(paired, "m3", null).marks.map(({ pair }) => pair ?? null)).toEqual([null, null, null]);
  });

  test("a copy has the same to say, and no pair", () => {
    expect(copyOf({ ...one, pair: "m2" }, "m4", { image: "b" })).toEqual({
      ...one,
      id: "m4",
      image: "b",
      pair: null,
    });
  });
});

describe("a draft", () => {
  const proposals = [{ criterion: "size", answer: "pass", because: "longer side 1600 pixels" }];

  test("is as it began until something is said", () => {
    expect(isAsBegun(draft(), [])).toBe(true);
    expect(isAsBegun(draft({ explanation: "x" }), [])).toBe(false);
  });

  test("begins with what checks propose", () => {
    expect(proposed(proposals)).toEqual(draft({ answers: { size: "pass" } }));
    expect(isAsBegun(proposed(proposals), proposals)).toBe(true);
  });

  test("that changes a proposal is no longer as it began", () => {
    expect(isAsBegun(draft({ answers: { size: "reject" } }), proposals)).toBe(false);
  });
});
