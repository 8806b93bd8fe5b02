import { describe, expect, test } from "vitest";
import * as actions from "../src/actions.ts";
import { type Bench, draftOf, edit, give, lay } from "../src/state/bench.ts";
import { editMark, explain } from "../src/state/draft.ts";
import type { XY } from "../src/state/geometry.ts";
import type { Assignment } from "../src/state/wire.ts";
import { assignment, bench, box, faults, plausibility, setup, verdict } from "./cast.ts";

const near = (a: XY, b: XY): boolean => a.x === b.x && a.y === b.y;
const marked = (id = "m1"): Bench => actions.place(bench(), "a", box, id);
const marks = (on: Bench) => draftOf(on).marks;

describe("drawing on the bench", () => {
  test("a tool that the rubric does not offer stays in its drawer", () => {
    const onlyPoints = { ...setup, rubric: { ...setup.rubric, marks: { shapes: ["point"] as const } } };

    expect(actions.takeTool(bench({ setup: onlyPoints }), "box").tool).toBe("pan");
  });

  test("a finished shape is a selected mark", () => {
    const armed = actions.takeTool(bench(), "box");
    const begun = actions.pressAt(armed, "a", { x: 0.25, y: 0.25 }, near, "m1");
    const done = actions.pressAt(begun, "a", { x: 0.5, y: 0.5 }, near, "m1");

    expect(marks(done)).toMatchObject([{ id: "m1", shape: { kind: "box", width: 0.25 } }]);
    expect(done.selectedMark).toBe("m1");
    expect(done.tool).toBe("box");
  });

  test("stepping back leaves drawing, tool, corner and mark, in this order", () => {
    const armed = actions.takeTool({ ...marked(), handle: 1 }, "box");
    const drawing = actions.pressAt(armed, "a", { x: 0.5, y: 0.5 }, near, "m2");
    const states = [drawing];
    for (let step = 0; step < 4; step += 1) states.push(actions.stepBack(states.at(-1) as Bench));

    expect(states.map((at) => [at.drawing !== null, at.tool, at.handle, at.selectedMark])).toEqual([
      [true, "box", 1, "m1"],
      [false, "box", 1, "m1"],
      [false, "pan", 1, "m1"],
      [false, "pan", null, "m1"],
      [false, "pan", null, null],
    ]);
  });
});

describe("marks on the bench", () => {
  test("arrow keys move the mark, or its chosen corner", () => {
    const moved = actions.nudge(marked(), 0.1, 0);
    const reshaped = actions.nudge({ ...marked(), handle: 2 }, 0.1, 0);

    expect(marks(moved)[0]?.shape).toMatchObject({ x: 0.2, width: 0.2 });
    expect(marks(reshaped)[0]?.shape).toMatchObject({ x: 0.1 });
    expect(marks(reshaped)[0]?.shape).toMatchObject({ width: expect.closeTo(0.3) });
  });

  test("nudges in a row are undone as one", () => {
    let on = marked();
    for (let step = 0; step < 5; step += 1) on = actions.nudge(on, 0.01, 0);

    expect(marks(actions.travel(on, "undo"))[0]?.shape).toEqual(box);
  });

  test("corners are chosen round and round", () => {
    let on = marked();
    const chosen: (number | null)[] = [];
    for (let step = 0; step < 5; step += 1) {
      on = actions.nextHandle(on, 1);
      chosen.push(on.handle);
    }

    expect(chosen).toEqual([0, 1, 2, 3, 0]);
    expect(actions.nextHandle(marked(), -1).handle).toBe(3);
  });

  test("removing a mark selects its neighbour, undoing brings it back with its citation", () => {
    const two = edit(actions.place(marked(), "a", box, "m2"), (draft) => explain(draft, "See [[1]]"));
    const one = actions.remove(two, "m1");

    expect(one.selectedMark).toBe("m2");
    expect(draftOf(one).explanation).toBe("See [[?]]");
    expect(draftOf(actions.travel(one, "undo")).explanation).toBe("See [[1]]");
  });

  test("undoing a mark away deselects it", () => {
    expect(actions.travel(marked(), "undo").selectedMark).toBeNull();
  });

  test("the next mark after the last is the first", () => {
    const two = actions.place(marked(), "a", box, "m2");

    expect(actions.selectNext(two).selectedMark).toBe("m1");
    expect(actions.selectNext(bench()).said).toBe("There are no marks yet.");
  });

  test("what is only looked at cannot be changed", () => {
    const on = marked();
    const looked = on.desk ? { ...on, desk: { ...on.desk, editable: false } } : on;

    expect(marks(actions.remove(looked, "m1"))).toHaveLength(1);
    expect(marks(actions.place(looked, "a", box, "m2"))).toHaveLength(1);
    expect(actions.travel(looked, "undo")).toBe(looked);
  });
});

describe("answering", () => {
  test("a key answers and moves on, a click answers and stays", () => {
    expect(give(bench(), plausibility, 3, true).criterion).toBe("verdict");
    expect(give(bench(), plausibility, 3, false).criterion).toBe("plausibility");
  });

  test("ticks stay, for there may be several; so does the last", () => {
    expect(give(bench(), faults, "tint", true).criterion).toBe("faults");
    expect(give(bench(), verdict, "keep", true).criterion).toBe("faults");
  });

  test("another item begins with a clean hand", () => {
    const used = { ...marked(), tool: "box", showMissing: true, handle: 1 } as const;
    const next = lay(used, used.desk);

    expect(next).toMatchObject({ tool: "pan", selectedMark: null, showMissing: false, handle: null });
  });
});

describe("painting on the bench", () => {
  const shapes = ["point", "box", "polygon", "brush"] as const;
  const painter = (change: Partial<Bench> = {}): Bench =>
    actions.takeTool(
      bench({ setup: { ...setup, rubric: { ...setup.rubric, marks: { shapes } } }, ...change }),
      "brush",
    );
  const stroke = (on: Bench, id: string, y: number, joins = false): Bench => {
    const begun = actions.pressAt(on, "a", { x: 0.2, y }, near, id, joins);
    return actions.pressAt(actions.hoverAt(begun, "a", [{ x: 0.4, y }]), "a", { x: 0.6, y }, near, id);
  };
  const strokesOf = (on: Bench): number[] =>
    marks(on).map(({ shape }) => (shape.kind === "brush" ? shape.strokes.length : 0));

  test("strokes are one mark until it is named, then they are the next", () => {
    const two = stroke(stroke(painter(), "m1", 0.2), "m2", 0.4);
    const named = edit(two, (draft) => editMark(draft, "m1", { code: "ANAT.extra" }));

    expect(strokesOf(two)).toEqual([2]);
    expect(strokesOf(stroke(named, "m3", 0.6))).toEqual([2, 1]);
    expect(strokesOf(stroke(named, "m3", 0.6, true))).toEqual([3]);
  });

  test("each stroke is undone and redone on its own", () => {
    const two = stroke(stroke(painter(), "m1", 0.2), "m2", 0.4);
    const one = actions.travel(two, "undo");

    expect(strokesOf(one)).toEqual([1]);
    expect(strokesOf(actions.travel(one, "redo"))).toEqual([2]);
    expect(strokesOf(actions.travel(one, "undo"))).toEqual([]);
  });

  test("another size of the brush is another mark", () => {
    const two = stroke(actions.widenBrush(stroke(painter(), "m1", 0.2), 2), "m2", 0.4);

    expect(strokesOf(two)).toEqual([1, 1]);
    expect(marks(two)[1]?.shape).toMatchObject({ height: expect.closeTo(0.05 * 1.25 ** 2) });
  });
});

describe("marks that say more", () => {
  const images = (["a", "b"] as const).map((slot) => ({
    ...assignment("one").images[0],
    slot,
  })) as Assignment["images"];
  const pair = (): Bench => {
    const on = marked();
    return on.desk ? { ...on, desk: { ...on.desk, images } } : on;
  };

  test("outside the image nothing is marked, and it is said", () => {
    const refused = actions.pressAt(actions.takeTool(bench(), "point"), "a", { x: 1.2, y: 0.5 }, near, "m1");

    expect(marks(refused)).toEqual([]);
    expect(refused.told).toBe("That is outside the image: marks lie on it.");
    expect(actions.hearOut(refused).told).toBe("");
  });

  test("a box that reaches over the border is cut there; one beyond it is none", () => {
    const armed = actions.takeTool(bench(), "box");
    const begun = actions.pressAt(armed, "a", { x: -0.2, y: 0.5 }, near, "m1");
    const cut = actions.pressAt(begun, "a", { x: 0.4, y: 1.5 }, near, "m1");
    const beyond = actions.pressAt(begun, "a", { x: -0.1, y: 0.9 }, near, "m1");

    expect(marks(cut)[0]?.shape).toEqual({ kind: "box", x: 0, y: 0.5, width: 0.4, height: 0.5 });
    expect([marks(beyond), beyond.drawing, beyond.told !== ""]).toEqual([[], null, true]);
  });

  test("two hundred marks are enough, and it is said", () => {
    let on = bench();
    for (let at = 0; at < 201; at += 1) on = actions.place(on, "a", box, `m${at}`);

    expect(marks(on)).toHaveLength(200);
    expect(on.told).toContain("200 marks at most");
  });

  test("a copy lies aside, is selected, and is undone at once", () => {
    const copied = actions.duplicate(marked(), "m2");

    expect(marks(copied)[1]).toMatchObject({
      id: "m2",
      shape: { x: expect.closeTo(0.12), y: expect.closeTo(0.12) },
    });
    expect(copied.selectedMark).toBe("m2");
    expect(marks(actions.travel(copied, "undo"))).toHaveLength(1);
  });

  test("a pair is made on the other image in one step, and each leads to the other", () => {
    const paired = actions.pairUp(pair(), "m2");

    expect(marks(paired)).toMatchObject([
      { id: "m1", image: "a", pair: "m2" },
      { id: "m2", image: "b", pair: "m1", shape: box },
    ]);
    expect(actions.pairUp(paired, "m3").selectedMark).toBe("m1");
    expect(marks(actions.travel(paired, "undo"))).toMatchObject([{ id: "m1" }]);
    expect(marks(actions.remove(paired, "m2"))).toMatchObject([{ id: "m1", pair: null }]);
    expect(actions.pairUp(marked(), "m2").told).toBe("Only marks on two images can be a pair.");
  });

  test("a mark can stand for what is missing", () => {
    const missing = actions.toggleMissing(marked());

    expect(marks(missing)[0]?.missing).toBe(true);
    expect(marks(actions.toggleMissing(missing))[0]?.missing).toBe(false);
    expect(actions.toggleMissing(bench()).told).toContain("Select a mark first");
  });

  test("corners of a polygon come and go", () => {
    const points = [
      [0, 0],
      [0.4, 0],
      [0.4, 0.4],
    ] as const;
    const triangle = actions.place(bench(), "a", { kind: "polygon", points }, "m1");
    const four = actions.splitAfter({ ...triangle, handle: 0 }, 0);

    expect(four.handle).toBe(1);
    expect(marks(four)[0]?.shape).toMatchObject({ points: { 1: [0.2, 0] } });
    expect(marks(actions.dropCorner(four) as Bench)[0]?.shape).toEqual({ kind: "polygon", points });
    expect(actions.dropCorner({ ...triangle, handle: 0 })?.told).toContain("three corners");
    expect(actions.dropCorner(triangle)).toBeNull();
  });

  test("undo takes back the last corner of what is being drawn", () => {
    const armed = actions.takeTool(bench(), "polygon");
    const one = actions.pressAt(armed, "a", { x: 0.1, y: 0.1 }, near, "m1");
    const two = actions.pressAt(one, "a", { x: 0.5, y: 0.1 }, near, "m1");

    expect(actions.travel(two, "undo").drawing?.placed).toHaveLength(1);
    expect(actions.travel(one, "undo").drawing).toBeNull();
  });
});
