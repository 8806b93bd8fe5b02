import { describe, expect, test } from "vitest";
import { actionFor, chordOf, KEYMAP, type Stroke } from "../src/keymap.ts";

const stroke = (key: string, held: Partial<Stroke> = {}): Stroke => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});
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
    expect(actionFor("b", { ...free, typing: true })).toBeNull();
    expect(actionFor("Mod+z", { ...free, typing: true })).toBeNull();
  });

  test("while typing one can still submit, cite and leave", () => {
    const typing = { ...free, typing: true };

    expect(["Mod+Enter", "Alt+2", "Escape"].map((chord) => actionFor(chord, typing))).toEqual([
      "submit",
      "cite",
      "back",
    ]);
  });

  test("with single keys off, only the list of keys opens by one", () => {
    const quiet = { ...free, singleKeys: false };

    expect(actionFor("b", quiet)).toBeNull();
    expect(actionFor("3", quiet)).toBeNull();
    expect(actionFor("?", quiet)).toBe("keys");
    expect(actionFor("Mod+Enter", quiet)).toBe("submit");
  });

  test("an unknown key is left to the browser", () => {
    expect(actionFor("F5", free)).toBeNull();
  });
});
