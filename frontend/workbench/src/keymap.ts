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
  | "keep-view"
  | "reveal"
  | "grayscale"
  | "explanation"
  | "cite"
  | "guideline"
  | "cannot-judge"
  | "skip"
  | "question"
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
  { action: "reveal", chords: ["q"], says: "Reveal, or cover, images of a sensitive project", group: "Look" },
  { action: "grayscale", chords: ["Shift+g"], says: "Show in grey, or in colour", group: "Look" },
  { action: "keep-view", chords: ["Shift+k"], says: "Keep the view for the next item", group: "Look" },
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
  {
    action: "question",
    chords: ["!"],
    says: "The rules do not decide: ask, and go on",
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

/** Keys of a person's own, where they differ from the list above. An empty list is an action without a key. */
export type OwnKeys = Readonly<Partial<Record<Action, readonly string[]>>>;

/** Keys whose meaning is the page's own: the way through it, out of it, and along what is numbered. */
export const FIXED: ReadonlySet<Action> = new Set([
  "answer",
  "next-criterion",
  "cite",
  "press",
  "arrows",
  "back",
]);

const isSingle = (chord: string): boolean => /^(?:Shift\+)?[^+]$/u.test(chord) || chord === "+";
/** While typing only these mean something else than text. */
const WHILE_TYPING: ReadonlySet<Action> = new Set(["submit", "cite", "back"]);

export interface KeyContext {
  readonly typing: boolean;
  /** Whether single characters act at all (a person who dictates may switch them off). */
  readonly singleKeys: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  Mod: "Ctrl",
  Delete: "Del",
  Escape: "Esc",
  Space: "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

/** A chord as it is printed on keys: "Ctrl Enter". */
export const printedChord = (chord: string): string =>
  (chord === "+" ? ["+"] : chord.split("+"))
    .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))
    .join(" ");

export const printed = (binding: Binding): string =>
  binding.shown ?? binding.chords.map(printedChord).join(", ");

/** The keys of a person: the list above with the person's own in place. */
export class Keymap {
  readonly bindings: readonly Binding[];
  readonly #actions: ReadonlyMap<string, Action>;

  constructor(readonly own: OwnKeys = {}) {
    this.bindings = KEYMAP.map((binding) => {
      const chords = own[binding.action];
      return chords ? { ...binding, chords } : binding;
    });
    this.#actions = new Map(
      this.bindings.flatMap(({ action, chords }) => chords.map((chord) => [chord, action] as const)),
    );
  }

  binding(action: Action): Binding {
    // Every action stands in the list.
    return this.bindings.find((each) => each.action === action) as Binding;
  }

  /** What a chord is bound to, whether or not it acts now. */
  holder(chord: string): Action | null {
    return this.#actions.get(chord) ?? null;
  }

  actionFor(chord: string, context: KeyContext): Action | null {
    const action = this.holder(chord);
    if (action === null) return null;
    if (context.typing) return WHILE_TYPING.has(action) && !isSingle(chord) ? action : null;
    // Digits answer like clicks would; letters and signs are the shortcuts proper.
    return isSingle(chord) && !context.singleKeys && action !== "keys" ? null : action;
  }

  /** The key of an action as it is printed, the first where there are several; "" where there is none. */
  keyOf(action: Action): string {
    const { shown, chords } = this.binding(action);
    return shown ?? (chords[0] === undefined ? "" : printedChord(chords[0]));
  }

  /** The same for assistive technology: "Control+Enter"; null where there is none. */
  shortcutOf(action: Action): string | null {
    const chord = this.binding(action).chords[0];
    return chord?.replace("Mod", "Control") ?? null;
  }
}

/** A label with the key that does the same, where there is one. */
export const named = (label: string, key: string): string => (key ? `${label} (${key})` : label);

/** What browsers and systems keep for themselves, or would lose a person's work by. */
const RESERVED: ReadonlySet<string> = new Set([
  ..."acfhjlnopqrstuvwx".split("").map((key) => `Mod+${key}`),
  ..."ijnprtw".split("").map((key) => `Mod+Shift+${key}`),
  ..."0123456789+-=".split("").map((key) => `Mod+${key}`),
  ...["F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12", "Mod+Tab", "Alt+F4", "Mod+F4", "Mod+F5"],
  ...["Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home", "ContextMenu", "PrintScreen", "Mod+Backspace"],
]);
const MODIFIERS: ReadonlySet<string> = new Set([
  ...["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "NumLock", "Fn", "Dead", "Process"],
  "Unidentified",
]);
/** Longer than any chord there is. */
const LONGEST_CHORD = 30;

export const isModifier = (key: string): boolean => MODIFIERS.has(key);

/** Why a chord cannot be the key of an action, in words; null when it can. */
export function refusalOf(action: Action, chord: string): string | null {
  const key = printedChord(chord);
  const holder = new Keymap().holder(chord);
  if (holder !== null && FIXED.has(holder)) return `${key} always means: ${sayOf(holder)}.`;
  if (chord === "Tab" || chord === "Shift+Tab")
    return `${key} always leads to the next or the previous field.`;
  if (RESERVED.has(chord)) return `${key} belongs to the browser. Choose another key.`;
  if (action === "submit" && isSingle(chord)) {
    return "To submit while you write takes a key with Ctrl or Alt, or a function key.";
  }
  return null;
}

const sayOf = (action: Action): string => {
  const { says } = KEYMAP.find((binding) => binding.action === action) as Binding;
  return says.charAt(0).toLowerCase() + says.slice(1);
};

/** Gives an action a key. Whoever had it gets the first key that this action had, so that nothing is left without. */
export function rebound(keymap: Keymap, action: Action, chord: string): Keymap {
  const before = keymap.binding(action).chords;
  const holder = keymap.holder(chord);
  if (holder === action && before.length === 1) return keymap;
  const own: Partial<Record<Action, readonly string[]>> = { ...keymap.own, [action]: [chord] };
  if (holder !== null && holder !== action) {
    const kept = keymap.binding(holder).chords.filter((each) => each !== chord);
    const [freed] = before;
    own[holder] = kept.length > 0 || freed === undefined ? kept : [freed];
  }
  return new Keymap(withoutDefaults(own));
}

/** Gives an action back the keys of the list, and so whoever has one of them now. */
export function restored(keymap: Keymap, action: Action): Keymap {
  const own: Partial<Record<Action, readonly string[]>> = { ...keymap.own };
  const waiting: Action[] = [action];
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    delete own[each];
    const { chords } = KEYMAP.find((binding) => binding.action === each) as Binding;
    const inTheWay = Object.entries(own).filter(([, mine]) => mine.some((chord) => chords.includes(chord)));
    waiting.push(...(inTheWay.map(([other]) => other) as Action[]));
  }
  return new Keymap(own);
}

/** Reads own keys that were kept somewhere; what is not known here, or would mean two things, is left out. */
export function readKeys(kept: unknown): OwnKeys {
  const given = typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
  const own: Partial<Record<Action, readonly string[]>> = {};
  for (const { action } of KEYMAP) {
    const chords = given[action];
    const isList = Array.isArray(chords) && chords.every((each) => typeof each === "string");
    if (!isList || FIXED.has(action)) continue;
    if (chords.some((chord) => chord.length > LONGEST_CHORD || refusalOf(action, chord) !== null)) continue;
    own[action] = chords;
  }
  const all = new Keymap(own).bindings.flatMap(({ chords }) => chords);
  return new Set(all).size === all.length ? withoutDefaults(own) : {};
}

const withoutDefaults = (own: OwnKeys): OwnKeys =>
  Object.fromEntries(
    KEYMAP.flatMap(({ action, chords }) => {
      const mine = own[action];
      return mine && mine.join(" ") !== chords.join(" ") ? [[action, mine]] : [];
    }),
  );
