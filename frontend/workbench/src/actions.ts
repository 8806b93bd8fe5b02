/** What a hand or a key can do to the bench: drawing, marks, tools, zoom steps. No page, no network. */

import { type Bench, draftOf, edit, tell } from "./state/bench.ts";
import { joined, thicker, tipOf } from "./state/brush.ts";
import {
  addMark,
  copyOf,
  type Draft,
  editMark,
  MAXIMUM_MARKS,
  type Mark,
  newMark,
  pairMarks,
  removeMark,
} from "./state/draft.ts";
import { hover, press, preview, type Tool, unpress } from "./state/drawing.ts";
import {
  addCorner,
  boundsOf,
  handlesOf,
  inside,
  moveHandle,
  moveShape,
  removeCorner,
  type Shape,
  type XY,
} from "./state/geometry.ts";
import { redo, undo } from "./state/history.ts";
import type { Lens } from "./state/lens.ts";
import type { Slot } from "./state/wire.ts";

type Near = (a: XY, b: XY) => boolean;

export const mayUse = (bench: Bench, tool: Tool): boolean =>
  tool === "pan" || Boolean(bench.desk?.editable && bench.setup?.rubric.marks?.shapes.includes(tool));

export function takeTool(bench: Bench, tool: Tool): Bench {
  if (!mayUse(bench, tool)) return bench;
  // A mark is on one image: it is drawn where the images lie apart.
  const lens: Lens = tool === "pan" ? bench.lens : { ...bench.lens, mode: "side", other: false };
  return { ...bench, lens, tool, drawing: null, cursor: tool === "pan" ? null : bench.cursor };
}

export const selected = (bench: Bench): Mark | undefined =>
  draftOf(bench).marks.find((mark) => mark.id === bench.selectedMark);

/** A finished shape becomes a mark, selected, so that it can be described. */
export function place(bench: Bench, image: Slot, shape: Shape, id: string): Bench {
  return add({ ...bench, drawing: null }, newMark(id, image, shape));
}

/** Adds and selects a mark; `also` is what changes with it, to be undone with it. */
function add(bench: Bench, mark: Mark, also = (draft: Draft): Draft => draft): Bench {
  if (draftOf(bench).marks.length >= MAXIMUM_MARKS) {
    return tell(bench, `There can be ${MAXIMUM_MARKS} marks at most. Remove one to make another.`);
  }
  return select(
    edit(bench, (draft) => also(addMark(draft, mark))),
    mark.id,
  );
}

const aspectOf = ({ desk }: Bench, image: Slot): number => {
  const picture = desk?.images.find(({ slot }) => slot === image);
  return picture ? picture.width / picture.height : 1;
};

const OUTSIDE = "That is outside the image: marks lie on it.";

/** A press at a place: `joins` asks for a stroke to join the selected mark. */
export function pressAt(bench: Bench, image: Slot, at: XY, near: Near, id: string, joins = false): Bench {
  const { tool, drawing } = bench;
  if (tool === "pan" || !bench.desk?.editable) return bench;
  const outside = !near(at, inside(at));
  // A shape that was begun on the image may be ended beyond its border, where it is cut.
  if (outside && !drawing && tool !== "box") return tell(bench, OUTSIDE);
  const tip = tipOf(bench.brush, aspectOf(bench, image));
  const step = press(drawing, { tool, image, tip, joins }, at, near);
  if (step.shape?.kind === "brush") return paint(bench, image, step.shape, id);
  if (step.shape) return place(bench, image, step.shape, id);
  const begun = { ...bench, drawing: step.drawing };
  // Both corners beyond one border: nothing of the box lies on the image.
  return outside && step.drawing === drawing ? tell({ ...begun, drawing: null }, OUTSIDE) : begun;
}

/** A stroke joins the mark it was drawn after, until that has been named; else it is a mark of its own. */
function paint(bench: Bench, image: Slot, shape: Shape, id: string): Bench {
  const mark = selected(bench);
  const unnamed = mark?.code === null && Boolean(bench.setup?.rubric.taxonomy);
  const both = mark?.image === image && (bench.drawing?.joins || unnamed) ? joined(mark.shape, shape) : null;
  if (!mark || !both) return place(bench, image, shape, id);
  return edit({ ...bench, drawing: null }, (draft) => editMark(draft, mark.id, { shape: both }));
}

export function hoverAt(bench: Bench, image: Slot, to: readonly XY[]): Bench {
  const { drawing } = bench;
  return drawing?.image === image ? { ...bench, drawing: to.reduce(hover, drawing) } : bench;
}

export function widenBrush(bench: Bench, steps: number): Bench {
  const brush = thicker(bench.brush, steps);
  const words = `Brush ${(brush * 100).toFixed(1)} % of the image's height.`;
  return { ...bench, brush, said: words };
}

/** How far a copy lies from what it is a copy of, so that both are seen. */
const ASIDE = 0.02;

export function duplicate(bench: Bench, id: string): Bench {
  const mark = selected(bench);
  if (!mark || !bench.desk?.editable) return bench;
  return { ...add(bench, copyOf(mark, id, { shape: moveShape(mark.shape, ASIDE, ASIDE) })), tool: "pan" };
}

/** On to the mark of the same thing on the other image, which is made at the same place where there is none. */
export function pairUp(bench: Bench, id: string): Bench {
  const mark = selected(bench);
  const others = (bench.desk?.images ?? []).filter(({ slot }) => slot !== mark?.image);
  const [other] = others;
  if (!mark) return tell(bench, "Select a mark first: its pair is made on the other image.");
  if (!other || others.length > 1) return tell(bench, "Only marks on two images can be a pair.");
  if (mark.pair) return select(bench, mark.pair);
  if (!bench.desk?.editable) return bench;
  const copy = copyOf(mark, id, { image: other.slot, note: "" });
  const paired = add(bench, copy, (draft) => pairMarks(draft, mark.id, id));
  if (paired.selectedMark !== id) return paired;
  return { ...paired, tool: "pan", said: `Paired with a mark on image ${other.slot.toUpperCase()}.` };
}

/** Turns "something is missing here" on and off. */
export function toggleMissing(bench: Bench): Bench {
  const mark = selected(bench);
  if (!mark || !bench.desk?.editable)
    return tell(bench, "Select a mark first: it then says what is missing.");
  const missing = !mark.missing;
  return {
    ...edit(bench, (draft) => editMark(draft, mark.id, { missing })),
    said: missing ? "Something is missing here." : "Nothing is missing here.",
  };
}

/** Steps back out: a point, the shape, the tool, the mark, in this order. */
export function stepBack(bench: Bench): Bench {
  if (bench.drawing) return { ...bench, drawing: null };
  if (bench.tool !== "pan") return { ...bench, tool: "pan", cursor: null };
  if (bench.handle !== null) return { ...bench, handle: null };
  return { ...bench, selectedMark: null };
}

export const unpressLast = (bench: Bench): Bench =>
  bench.drawing ? { ...bench, drawing: unpress(bench.drawing) } : bench;

export const drawnSoFar = (bench: Bench): Shape | null => (bench.drawing ? preview(bench.drawing) : null);

export const select = (bench: Bench, mark: string | null): Bench => ({
  ...bench,
  selectedMark: mark,
  handle: null,
});

/** Whoever acts has read what was told. */
export const hearOut = (bench: Bench): Bench => (bench.told === "" ? bench : { ...bench, told: "" });

export const light = (bench: Bench, litMark: string | null): Bench =>
  bench.litMark === litMark ? bench : { ...bench, litMark };

export function selectNext(bench: Bench): Bench {
  const { marks } = draftOf(bench);
  const next = marks[(marks.findIndex(({ id }) => id === bench.selectedMark) + 1) % marks.length];
  return next ? select(bench, next.id) : { ...bench, said: "There are no marks yet." };
}

/** Chooses the next (or previous) corner of the selected mark for the arrow keys. */
export function nextHandle(bench: Bench, step: 1 | -1): Bench {
  const mark = selected(bench);
  const count = mark ? handlesOf(mark.shape).length : 0;
  if (count === 0) return bench;
  const handle = bench.handle === null ? (step > 0 ? 0 : count - 1) : (bench.handle + step + count) % count;
  const more = mark?.shape.kind === "polygon" ? ", Enter adds one after it, Delete removes it" : "";
  return { ...bench, handle, said: `Corner ${handle + 1} of ${count}: arrow keys move it${more}.` };
}

/** One corner more on the selected polygon, after the one given, and chosen. */
export function splitAfter(bench: Bench, corner: number, at?: XY, gesture = `split-${corner}`): Bench {
  const mark = selected(bench);
  const shape = mark && addCorner(mark.shape, corner, at);
  if (!mark || !shape || shape === mark.shape) return bench;
  return { ...reshape(bench, mark.id, shape, gesture), handle: corner + 1 };
}

/** Removes the chosen corner of the selected polygon; answers null where there is none to remove. */
export function dropCorner(bench: Bench): Bench | null {
  const mark = selected(bench);
  if (mark?.shape.kind !== "polygon" || bench.handle === null || !bench.desk?.editable) return null;
  const shape = removeCorner(mark.shape, bench.handle);
  if (shape === mark.shape)
    return tell(bench, "A polygon keeps three corners. Esc, then Del removes the mark.");
  return {
    ...edit(bench, (draft) => editMark(draft, mark.id, { shape })),
    handle: Math.max(0, bench.handle - 1),
    said: `Corner ${bench.handle + 1} removed.`,
  };
}

export const reshape = (bench: Bench, id: string, shape: Shape, gesture: string): Bench =>
  edit(bench, (draft) => editMark(draft, id, { shape }), gesture);

/** Arrow keys on the selected mark: one corner, or all of it. */
export function nudge(bench: Bench, dx: number, dy: number): Bench {
  const mark = selected(bench);
  if (!mark) return bench;
  const corner = bench.handle === null ? undefined : handlesOf(mark.shape)[bench.handle];
  const shape =
    corner && bench.handle !== null
      ? moveHandle(mark.shape, bench.handle, { x: corner[0] + dx, y: corner[1] + dy })
      : moveShape(mark.shape, dx, dy);
  const { left, top, right, bottom } = boundsOf(shape);
  // A box pushed through itself would vanish; it stops one step short.
  if (mark.shape.kind === "box" && (right - left <= 0 || bottom - top <= 0)) return bench;
  return reshape(bench, mark.id, shape, `nudge-${mark.id}-${bench.handle ?? "all"}`);
}

export function remove(bench: Bench, id: string): Bench {
  const { marks } = draftOf(bench);
  const index = marks.findIndex((mark) => mark.id === id);
  if (index < 0 || !bench.desk?.editable) return bench;
  const neighbour = marks[index + 1] ?? marks[index - 1];
  const removed = edit(bench, (draft) => removeMark(draft, id));
  return {
    ...select(removed, neighbour?.id ?? null),
    said: `Mark ${index + 1} removed. Ctrl Z brings it back.`,
  };
}

export function travel(bench: Bench, direction: "undo" | "redo"): Bench {
  const { desk } = bench;
  if (!desk?.editable) return bench;
  if (bench.drawing && direction === "undo") return { ...unpressLast(bench), said: "Last point taken back." };
  const history = (direction === "undo" ? undo : redo)(desk.history);
  if (history === desk.history) return { ...bench, said: `Nothing to ${direction}.` };
  const there = history.present.marks.some(({ id }) => id === bench.selectedMark);
  const kept = there ? bench : select(bench, null);
  return {
    ...kept,
    desk: { ...desk, history },
    drawing: null,
    said: direction === "undo" ? "Undone." : "Done again.",
  };
}
