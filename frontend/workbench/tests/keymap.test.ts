import { describe, expect, test } from "vitest";
import {
  type Action,
  chordOf,
  FIXED,
  KEYMAP,
  Keymap,
  readKeys,
  rebound,
  refusalOf,
  restored,
  type Stroke,
} from "../src/keymap.ts";

const stroke = (key: string, held: Partial<Stroke> = {}): Stroke => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});
const listed = new Keymap();
const free = { typing: false, singleKeys: true };

test("no chord means two things", () => {
  const chords = KEYMAP.flatMap((binding) => binding.chords);

  expect(new Set(chords).size).toBe(chords.length);
});

describe("chords", () => {
  test.each<[string, Stroke]>([
    ["b", stroke("b")],
    ["b", stroke("B")],
    ["Mod+Enter", stroke("Enter", { ctrlKey: true })],
    ["Mod+Enter", stroke("Enter", { metaKey: true })],
    ["Mod+Shift+z", stroke("Z", { ctrlKey: true, shiftKey: true })],
    ["?", stroke("?", { shiftKey: true })],
    ["+", stroke("+", { shiftKey: true })],
    ["Alt+3", stroke("£", { altKey: true, code: "Digit3" })],
    ["Space", stroke(" ")],
    ["Shift+ArrowUp", stroke("ArrowUp", { shiftKey: true })],
  ])("%s", (chord, pressed) => {
    expect(chordOf(pressed)).toBe(chord);
  });
});

describe("what a key does", () => {
  test("while typing, a letter is a letter", () => {
    expect(listed.actionFor("b", { ...free, typing: true })).toBeNull();
    expect(listed.actionFor("Mod+z", { ...free, typing: true })).toBeNull();
  });

  test("while typing one can still submit, cite and leave", () => {
    const typing = { ...free, typing: true };

    expect(["Mod+Enter", "Alt+2", "Escape"].map((chord) => listed.actionFor(chord, typing))).toEqual([
      "submit",
      "cite",
      "back",
    ]);
  });

  test("with single keys off, only the list of keys opens by one", () => {
    const quiet = { ...free, singleKeys: false };

    expect(listed.actionFor("b", quiet)).toBeNull();
    expect(listed.actionFor("3", quiet)).toBeNull();
    expect(listed.actionFor("?", quiet)).toBe("keys");
    expect(listed.actionFor("Mod+Enter", quiet)).toBe("submit");
  });

  test("an unknown key is left to the browser", () => {
    expect(listed.actionFor("F5", free)).toBeNull();
  });
});

describe("a key of one's own", () => {
  test("takes the place of the listed one, everywhere it is shown", () => {
    const keys = rebound(listed, "tool-box", "F8");

    expect(keys.actionFor("F8", free)).toBe("tool-box");
    expect(keys.actionFor("b", free)).toBeNull();
    expect([keys.keyOf("tool-box"), keys.shortcutOf("submit")]).toEqual(["F8", "Control+Enter"]);
  });

  test("that another action has is exchanged with it, so that neither is without", () => {
    const keys = rebound(listed, "tool-box", "f");

    expect([keys.keyOf("tool-box"), keys.keyOf("tool-brush")]).toEqual(["F", "B"]);
  });

  test("of an action with several keys leaves it the others", () => {
    const keys = rebound(listed, "tool-box", "+");

    expect(keys.binding("zoom-in").chords).toEqual(["="]);
  });

  test("given back is as it was listed, and so is whoever had that key", () => {
    const exchanged = rebound(rebound(listed, "tool-box", "f"), "tool-point", "b");

    expect(restored(exchanged, "tool-box").own).toEqual({});
    expect(restored(rebound(listed, "tool-box", "F8"), "tool-box").own).toEqual({});
  });

  test.each<[Action, string, string]>([
    ["tool-box", "Enter", "Enter always means"],
    ["tool-box", "3", "3 always means"],
    ["tool-box", "Tab", "Tab always leads"],
    ["tool-box", "Mod+w", "Ctrl W belongs to the browser"],
    ["submit", "q", "with Ctrl or Alt"],
  ])("%s cannot be %s", (action, chord, words) => {
    expect(refusalOf(action, chord)).toContain(words);
  });

  test("can be any that is listed, of its own action", () => {
    for (const { action, chords } of KEYMAP.filter((binding) => !FIXED.has(binding.action))) {
      for (const chord of chords) expect([chord, refusalOf(action, chord)]).toEqual([chord, null]);
    }
  });

  test("that was kept is read back; what is not understood is left out", () => {
    const { own } = rebound(rebound(listed, "tool-box", "f"), "undo", "F2");

    expect(readKeys(JSON.parse(JSON.stringify(own)))).toEqual(own);
    expect(readKeys({ ...own, "no-such-action": ["F8"], back: ["F8"], skip: "F8", keys: [7] })).toEqual(own);
    for (const kept of [null, 3, "keys", []]) expect(readKeys(kept)).toEqual({});
  });

  test("that would mean two things is not taken up", () => {
    expect(readKeys({ "tool-box": ["F8"], "tool-point": ["F8"] })).toEqual({});
  });

  test("however often keys are changed, no chord means two things and no action that had a key is without", () => {
    const movable = KEYMAP.map(({ action }) => action).filter((action) => !FIXED.has(action));
    const wanted = [..."abcdefghijklmnopqrstuvwxyz,.", "F2", "F4", "Alt+b", "Shift+q"];
    let seed = 20261126;
    const draw = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    let keys = listed;
    for (let turn = 0; turn < 500; turn += 1) {
      const action = movable[draw(movable.length)] as Action;
      const chord = wanted[draw(wanted.length)] as string;
      if (draw(5) === 0) keys = restored(keys, action);
      else if (refusalOf(action, chord) === null) keys = rebound(keys, action, chord);
      const all = keys.bindings.flatMap(({ chords }) => chords);
      expect(new Set(all).size).toBe(all.length);
      expect(movable.filter((each) => keys.binding(each).chords.length === 0)).toEqual([]);
    }
  });
});
