import { describe, expect, test } from "vitest";
import * as actions from "../src/actions.ts";
import * as looking from "../src/looking.ts";
import { type Bench, deskFor, lay } from "../src/state/bench.ts";
import {
  AMPLIFICATIONS,
  adjustmentWords,
  amplified,
  forNextItem,
  isAdjusted,
  modeWords,
  NEUTRAL,
  SIDE_BY_SIDE,
  settled,
  tableOf,
} from "../src/state/lens.ts";
import { attend, conditionsOf, UNSEEN, viewingOf } from "../src/state/viewing.ts";
import type { Assignment, Picture } from "../src/state/wire.ts";
import { assignment, bench } from "./cast.ts";

const screen = { pixelRatio: 1, width: 1440, height: 900 };
const picture = (slot: Picture["slot"]): Picture => ({ ...(assignment("x").images[0] as Picture), slot });
const pairOf = (id: string): Assignment => assignment(id, { images: [picture("a"), picture("b")] });
const laid = (on: Bench, given: Assignment): Bench =>
  lay(
    on,
    deskFor(given, undefined, () => "key", 0, 1000),
  );
const pair = (change: Partial<Bench> = {}): Bench => laid(bench(change), pairOf("two"));

describe("ways of comparing", () => {
  test("one is turned to by its key and left by the same", () => {
    const wiped = looking.turnTo(pair(), "wipe");

    expect(wiped.lens.mode).toBe("wipe");
    expect(wiped.said).toBe("Wipe 50 %.");
    expect(looking.turnTo(wiped, "onion").lens.mode).toBe("onion");
    expect(looking.turnTo(wiped, "wipe").lens.mode).toBe("side");
  });

  test("a single image cannot be compared", () => {
    const single = bench();

    expect(looking.turnTo(single, "difference")).toBe(single);
    expect(looking.showOther(single, true)).toBe(single);
    expect(looking.toggleLock(single, "a")).toBe(single);
    expect(looking.align(single)).toBe(single);
  });

  test("to draw a mark the images lie apart again, and to compare the tool is put down", () => {
    const armed = actions.takeTool(looking.turnTo(pair(), "difference"), "box");

    expect([armed.lens.mode, armed.tool]).toEqual(["side", "box"]);
    expect(looking.turnTo(armed, "wipe").tool).toBe("pan");
  });

  test("amplification doubles from 1 to 16 and stays there", () => {
    const up = AMPLIFICATIONS.map((each) => amplified(each, 1));

    expect(up).toEqual([2, 4, 8, 16, 16]);
    expect(amplified(1, -1)).toBe(1);
  });

  test("a wipe stays on the stage", () => {
    expect(looking.wipeTo(pair(), 1.2).lens.wipe).toBe(1);
    expect(looking.wipeTo(pair(), -0.2).lens.wipe).toBe(0);
  });

  test("what is set is said", () => {
    expect(modeWords({ ...SIDE_BY_SIDE, mode: "difference", amplification: 4 })).toBe("Difference ×4");
    expect(modeWords({ ...SIDE_BY_SIDE, mode: "blink", other: true })).toBe("Blink, B shown");
    expect(modeWords({ ...SIDE_BY_SIDE, mode: "onion", onion: 0.25 })).toBe("Onion skin 25 %");
  });

  test("a pane is unlocked and locked again", () => {
    const loose = looking.toggleLock(pair(), "b");

    expect(loose.lens.unlocked).toEqual(["b"]);
    expect(looking.toggleLock(loose, "b").lens.unlocked).toEqual([]);
  });
});

describe("the next item", () => {
  test("begins side by side, locked and as it is, unless the view is kept", () => {
    const lens = {
      ...SIDE_BY_SIDE,
      mode: "wipe" as const,
      wipe: 0.3,
      unlocked: ["b" as const],
      adjustment: { ...NEUTRAL, gamma: 2 },
    };

    expect(forNextItem(lens, false)).toEqual({ ...SIDE_BY_SIDE, wipe: 0.3 });
    expect(forNextItem(lens, true)).toEqual({ ...SIDE_BY_SIDE, wipe: 0.3, mode: "wipe" });
  });

  test("an adjustment never outlives its item, kept view or not", () => {
    const adjusted = looking.adjustFigure(pair({ keepView: true }), "brightness", 0.2);

    expect(isAdjusted(adjusted.lens)).toBe(true);
    expect(isAdjusted(laid(adjusted, pairOf("three")).lens)).toBe(false);
  });

  test("one image after a pair is not compared", () => {
    const wiped = looking.turnTo(pair({ keepView: true }), "wipe");

    expect(laid(wiped, pairOf("three")).lens.mode).toBe("wipe");
    expect(laid(wiped, assignment("four")).lens.mode).toBe("side");
  });
});

describe("adjustments", () => {
  test("a neutral table changes nothing", () => {
    expect(tableOf(NEUTRAL).map((value) => Math.round(value * 255))).toEqual(
      Array.from({ length: 256 }, (_, value) => value),
    );
  });

  test("brightness is added, contrast turns about mid-grey, gamma opens shadows", () => {
    const at = (value: number, change: Partial<typeof NEUTRAL>): number =>
      Math.round((tableOf({ ...NEUTRAL, ...change })[value] ?? 0) * 255);

    expect(at(100, { brightness: 0.2 })).toBe(151);
    expect(at(250, { brightness: 0.2 })).toBe(255);
    expect([at(100, { contrast: 3 }), at(30, { contrast: 4 })]).toEqual([45, 0]);
    expect(at(64, { gamma: 2 })).toBe(Math.round(255 * Math.sqrt(64 / 255)));
  });

  test("figures stay on their steps", () => {
    expect(settled("gamma", 1.1000000000000001)).toBe(1.1);
    expect(settled("brightness", 7)).toBe(0.5);
    expect(settled("contrast", 0)).toBe(0.5);
  });

  test("they are said, and undone in one go", () => {
    const adjusted = looking.adjust(looking.adjustFigure(pair(), "brightness", -0.2), { channel: "red" });

    expect(adjustmentWords(adjusted.lens)).toBe("brightness −20 %, red only");
    expect(looking.sayAdjustment(adjusted).said).toBe("Adjusted: brightness −20 %, red only.");
    expect(looking.resetAdjustment(adjusted).lens.adjustment).toEqual(NEUTRAL);
    expect(looking.resetAdjustment(pair()).said).toBe("");
  });
});

describe("viewing conditions", () => {
  const spent = (through: Partial<typeof SIDE_BY_SIDE>) =>
    viewingOf(attend({ ...UNSEEN, since: 0 }, 1500, { ...SIDE_BY_SIDE, ...through }), screen);

  test("each way of looking is timed", () => {
    expect(spent({ mode: "wipe" })).toMatchObject({ active_ms: 1500, wipe_ms: 1500 });
    expect(spent({ mode: "wipe", other: true })).toMatchObject({ blink_ms: 1500 });
    expect(spent({ loupe: true, unlocked: ["b"] })).toMatchObject({ loupe_ms: 1500, unlocked_ms: 1500 });
    expect(Object.keys(spent({}))).not.toContain("wipe_ms");
  });

  test("a locked composite is not unlocked, whatever the panes were", () => {
    expect(conditionsOf({ ...SIDE_BY_SIDE, mode: "onion", unlocked: ["a"] })).toEqual(["onion"]);
  });

  test("the strongest setting is kept, also when it was taken back", () => {
    let on = pair();
    for (const value of [0.1, -0.3, 0.2, 0]) on = looking.adjustFigure(on, "brightness", value);
    for (const value of [2, 0.4, 1]) on = looking.adjustFigure(on, "gamma", value);
    for (const channel of ["red", "blue", "red", "all"] as const) on = looking.adjust(on, { channel });
    on = looking.turnTo(on, "difference");
    for (const step of [1, 1, -1, -1] as const) on = looking.amplify(on, step);

    expect(viewingOf(on.desk?.attention ?? UNSEEN, screen)).toMatchObject({
      brightness: -0.3,
      gamma: 0.4,
      channels: ["blue", "red"],
      maximum_amplification: 4,
    });
    expect(viewingOf(on.desk?.attention ?? UNSEEN, screen)).not.toHaveProperty("contrast");
  });
});
