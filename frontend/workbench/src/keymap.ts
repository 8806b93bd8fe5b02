/** Every key of the workbench: one table that drives the keyboard and fills the key list. */

export type Action =
  | "answer"
  | "next-criterion"
  | "tool-point"
  | "tool-box"
  | "tool-polygon"
  | "tool-brush"
  | "brush-thinner"
  | "brush-thicker"
  | "duplicate"
  | "mark-missing"
  | "pair-mark"
  | "mark-note"
  | "tool-pan"
  | "mark-whole"
  | "next-mark"
  | "edit-mark"
  | "remove"
  | "previous-handle"
  | "next-handle"
  | "arrows"
  | "press"
  | "back"
  | "undo"
  | "redo"
  | "hand"
  | "fit"
  | "one-to-one"
  | "two-to-one"
  | "zoom-in"
  | "zoom-out"
  | "wipe"
  | "blink"
  | "show-other"
  | "difference"
  | "onion"
  | "align"
  | "lock"
  | "loupe"
  | "adjust"
  | "reset-adjustment"
  | "marks-shown"
  | "explanation"
  | "cite"
  | "guideline"
  | "cannot-judge"
  | "skip"
  | "submit"
  | "keys";

export type KeyGroup = "Answer" | "Mark" | "Look" | "Compare" | "Go on";

export interface Binding {
  readonly action: Action;
  /** Chords as `chordOf` spells them; none of one action is bound to another. */
  readonly chords: readonly string[];
  readonly says: string;
  readonly group: KeyGroup;
  /** Shown in the list in place of the chords. */
  readonly shown?: string;
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const;

export const KEYMAP: readonly Binding[] = [
  {
    action: "answer",
    chords: DIGITS,
    says: "Answer the focused criterion and move on",
    group: "Answer",
    shown: "1 – 9",
  },
  {
    action: "next-criterion",
    chords: [],
    says: "Next, previous criterion",
    group: "Answer",
    shown: "Tab, Shift Tab",
  },
  { action: "explanation", chords: ["e"], says: "Write the explanation", group: "Answer" },
  {
    action: "cite",
    chords: DIGITS.map((digit) => `Alt+${digit}`),
    says: "Cite a mark in the explanation",
    group: "Answer",
    shown: "Alt 1 – 9",
  },
  { action: "cannot-judge", chords: ["j"], says: "Cannot judge", group: "Answer" },
  { action: "tool-point", chords: ["p"], says: "Point", group: "Mark" },
  { action: "tool-box", chords: ["b"], says: "Box", group: "Mark" },
  { action: "tool-polygon", chords: ["g"], says: "Polygon", group: "Mark" },
  { action: "tool-brush", chords: ["f"], says: "Brush", group: "Mark" },
  { action: "brush-thinner", chords: [","], says: "Thinner brush", group: "Mark" },
  { action: "brush-thicker", chords: ["."], says: "Thicker brush", group: "Mark" },
  { action: "mark-whole", chords: ["h"], says: "Mark the whole image", group: "Mark" },
  {
    action: "press",
    chords: ["Enter"],
    says: "Set a point; close a polygon; begin or end a stroke; edit a mark, add a corner",
    group: "Mark",
  },
  {
    action: "arrows",
    chords: ARROWS.flatMap((key) => [key, `Shift+${key}`]),
    says: "Move cross-hair, mark or image; with Shift one pixel",
    group: "Mark",
    shown: "← ↑ → ↓",
  },
  { action: "next-mark", chords: ["m"], says: "Next mark", group: "Mark" },
  { action: "previous-handle", chords: ["["], says: "Previous corner of the mark", group: "Mark" },
  { action: "next-handle", chords: ["]"], says: "Next corner of the mark", group: "Mark" },
  {
    action: "remove",
    chords: ["Delete", "Backspace"],
    says: "Remove the mark, its chosen corner, or the last point",
    group: "Mark",
  },
  { action: "duplicate", chords: ["Mod+d"], says: "Duplicate the mark", group: "Mark" },
  {
    action: "mark-missing",
    chords: ["n"],
    says: "Not there: the mark stands for something missing",
    group: "Mark",
  },
  {
    action: "pair-mark",
    chords: ["Shift+m"],
    says: "Pair: the same on the other image, or go to it",
    group: "Mark",
  },
  { action: "mark-note", chords: ["y"], says: "Say why: the note of the mark", group: "Mark" },
  { action: "undo", chords: ["Mod+z"], says: "Undo", group: "Mark" },
  { action: "redo", chords: ["Mod+y", "Mod+Shift+z"], says: "Redo", group: "Mark" },
  { action: "tool-pan", chords: ["v"], says: "Pan", group: "Look" },
  { action: "hand", chords: ["Space"], says: "Hold over the image to pan with any tool", group: "Look" },
  { action: "fit", chords: ["0"], says: "Fit the image", group: "Look" },
  { action: "one-to-one", chords: ["z"], says: "1:1, one image pixel a screen pixel", group: "Look" },
  { action: "two-to-one", chords: ["x"], says: "2:1", group: "Look" },
  { action: "zoom-in", chords: ["+", "="], says: "Zoom in; a difference: amplify more", group: "Look" },
  { action: "zoom-out", chords: ["-"], says: "Zoom out; a difference: amplify less", group: "Look" },
  { action: "loupe", chords: ["l"], says: "Loupe", group: "Look" },
  { action: "adjust", chords: ["i"], says: "Adjust how the image is shown", group: "Look" },
  { action: "reset-adjustment", chords: ["r"], says: "Show the image as it is", group: "Look" },
  { action: "marks-shown", chords: ["t"], says: "Hide or show the marks", group: "Look" },
  {
    action: "wipe",
    chords: ["w"],
    says: "Wipe; arrow keys move its edge, with Shift finely",
    group: "Compare",
  },
  { action: "show-other", chords: ["c"], says: "Hold: the other image in its place", group: "Compare" },
  { action: "blink", chords: ["Shift+c"], says: "Blink: one image on the whole stage", group: "Compare" },
  { action: "difference", chords: ["d"], says: "Difference", group: "Compare" },
  { action: "onion", chords: ["o"], says: "Onion skin", group: "Compare" },
  { action: "align", chords: ["a"], says: "Fit images to A, or lay them pixel by pixel", group: "Compare" },
  { action: "lock", chords: ["k"], says: "Unlock the image in focus from the others", group: "Compare" },
  {
    action: "guideline",
    chords: ["u"],
    says: "Guideline, at the clause of the focused criterion",
    group: "Go on",
  },
  { action: "submit", chords: ["Mod+Enter"], says: "Submit and next", group: "Go on" },
  { action: "skip", chords: ["s"], says: "Skip this item", group: "Go on" },
  { action: "back", chords: ["Escape"], says: "Leave the tool, the text, the panel", group: "Go on" },
  { action: "keys", chords: ["?"], says: "This list", group: "Go on" },
];

export interface Stroke {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Spells a stroke: "Mod+Enter", "Alt+3", "Shift+ArrowUp", "b". Shift is not named where it made the character. */
export function chordOf(stroke: Stroke): string {
  // With Alt some layouts type another character: there the place of the digit key counts.
  const digit = stroke.altKey ? /^(?:Digit|Numpad)(\d)$/.exec(stroke.code)?.[1] : undefined;
  const typed = digit ?? (stroke.key === " " ? "Space" : stroke.key);
  const key = typed.length === 1 ? typed.toLowerCase() : typed;
  const named = typed.length > 1 || /[a-z]/i.test(typed);
  return [
    stroke.ctrlKey || stroke.metaKey ? "Mod" : "",
    stroke.altKey ? "Alt" : "",
    stroke.shiftKey && named ? "Shift" : "",
    key,
  ]
    .filter(Boolean)
    .join("+");
}

const ACTIONS = new Map(
  KEYMAP.flatMap(({ action, chords }) => chords.map((chord) => [chord, action] as const)),
);

const isSingle = (chord: string): boolean => /^(?:Shift\+)?[^+]$/u.test(chord);
/** While typing only these mean something else than text. */
const WHILE_TYPING: ReadonlySet<Action> = new Set(["submit", "cite", "back"]);

export interface KeyContext {
  readonly typing: boolean;
  /** Whether single characters act at all (a person who dictates may switch them off). */
  readonly singleKeys: boolean;
}

export function actionFor(chord: string, context: KeyContext): Action | null {
  const action = ACTIONS.get(chord) ?? null;
  if (action === null) return null;
  if (context.typing) return WHILE_TYPING.has(action) ? action : null;
  // Digits answer like clicks would; letters and signs are the shortcuts proper.
  return isSingle(chord) && !context.singleKeys && action !== "keys" ? null : action;
}

const NAMES: Readonly<Record<string, string>> = { Mod: "Ctrl", Delete: "Del", Escape: "Esc", Space: "Space" };

/** A chord as it is printed on a key: "Ctrl Enter". */
export const printed = (binding: Binding): string =>
  binding.shown ??
  binding.chords
    .map((chord) =>
      (chord === "+" ? ["+"] : chord.split("+"))
        .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))
        .join(" "),
    )
    .join(", ");

export const keyOf = (action: Action): string => {
  const binding = KEYMAP.find((each) => each.action === action);
  return binding ? printed({ ...binding, chords: binding.chords.slice(0, 1) }) : "";
};
