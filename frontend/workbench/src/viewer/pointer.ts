/** Hands on a pane: drawing with the tool in hand, moving a mark, reshaping it, and two fingers that move the view. */

import { moveHandle, moveShape, type Shape, type XY } from "../state/geometry.ts";
import { closeIn, type Frame, toImage } from "./frame.ts";

type Near = (a: XY, b: XY) => boolean;

export interface HandsOn {
  frame(): Frame;
  /** Whether a press draws (a tool is in hand) instead of moving the view. */
  drawing(): boolean;
  shapeOf(mark: string): Shape | null;
  selectedMark(): string | null;
  /** `joins`: a stroke is to join the selected mark. */
  press(at: XY, near: Near, joins: boolean): void;
  /** The way of the hand since it was last heard of. */
  hover(way: readonly XY[]): void;
  /** The hand went up; `pulled` when that was not where it went down. */
  release(at: XY, near: Near, pulled: boolean): void;
  select(mark: string | null): void;
  chooseHandle(handle: number): void;
  /** A new corner after this one. */
  split(corner: number, at: XY, gesture: string): void;
  reshape(mark: string, shape: Shape, gesture: string): void;
  light(mark: string | null): void;
  /** Two fingers moved the view. */
  pinch(frame: Frame): void;
  touched(kind: string): void;
}

interface Grip {
  readonly mark: string;
  readonly handle: number | null;
  readonly from: XY;
  readonly shape: Shape;
  readonly gesture: string;
}

/** A pull shorter than this is a click; a finger trembles more than a mouse. */
const CLICK = { mouse: 4, touch: 8 } as const;
/** For as long as this after a pen was near, a touch is the palm of the hand that holds it. */
const PALM = 700;

export function handsOn(surface: HTMLElement, hands: HandsOn): void {
  /** The one pointer that draws or pulls, and where it went down. */
  let leader: { readonly id: number; readonly down: PointerEvent } | null = null;
  let grip: Grip | null = null;
  /** A finger that is down without having drawn yet: it may be the first of two. */
  let waiting = false;
  let gestures = 0;
  let penSeen = Number.NEGATIVE_INFINITY;
  const fingers = new Map<number, XY>();
  let pinching = false;

  /** Where the pane lies on the page. Asked for when a hand comes down: asking at every move lays the page out anew. */
  let corner: DOMRect | null = null;

  const inPane = (event: PointerEvent): XY => {
    const { left, top } = (leader && corner) ?? surface.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const at = (event: PointerEvent): XY => toImage(hands.frame(), inPane(event));
  const near = (event: PointerEvent): Near => closeIn(hands.frame(), event.pointerType === "touch" ? 18 : 9);
  const pulled = (event: PointerEvent): boolean =>
    leader !== null &&
    Math.hypot(event.clientX - leader.down.clientX, event.clientY - leader.down.clientY) >
      CLICK[event.pointerType === "touch" ? "touch" : "mouse"];

  /** Every place the hand passed since the last event: a quick stroke keeps its bends. */
  const way = (event: PointerEvent): XY[] => {
    const all = event.getCoalescedEvents?.() ?? [];
    return (all.length > 0 ? all : [event]).map(at);
  };

  /** What lies under the pointer that can be taken hold of. */
  const gripOn = (event: PointerEvent): Grip | null => {
    const target = event.target as Element;
    gestures += 1;
    const gesture = `pull-${gestures}`;
    const split = target.closest<SVGElement>("[data-split]")?.dataset.split;
    if (split !== undefined) hands.split(Number(split), at(event), gesture);
    const chosen = target.closest<SVGElement>("[data-handle]")?.dataset.handle;
    const handle = split === undefined ? chosen && Number(chosen) : Number(split) + 1;
    const onMark = target.closest<SVGElement>("[data-mark]")?.dataset.mark;
    const mark = typeof handle === "number" ? hands.selectedMark() : onMark;
    const shape = mark ? hands.shapeOf(mark) : null;
    if (!mark || !shape) return null;
    return { mark, handle: typeof handle === "number" ? handle : null, from: at(event), shape, gesture };
  };

  const isPalm = (event: PointerEvent): boolean => {
    if (event.pointerType === "pen") penSeen = event.timeStamp;
    return event.pointerType === "touch" && event.timeStamp - penSeen < PALM;
  };

  surface.addEventListener("pointerdown", (event) => {
    if (isPalm(event)) return hold(event);
    hands.touched(event.pointerType);
    if (event.pointerType === "touch" && hands.drawing()) {
      fingers.set(event.pointerId, inPane(event));
      if (fingers.size > 1) return secondFinger(event);
    }
    if (event.button !== 0 || leader || pinching) return;
    leader = { id: event.pointerId, down: event };
    corner = surface.getBoundingClientRect();
    // A handle of the selected mark goes before the tool: what was just drawn can be set right at once.
    const onHandle = (event.target as Element).closest("[data-handle], [data-split]") !== null;
    if (hands.drawing() && !onHandle) {
      hold(event);
      waiting = event.pointerType === "touch";
      if (!waiting) hands.press(at(event), near(event), event.shiftKey);
      return;
    }
    grip = gripOn(event);
    if (grip) {
      hold(event);
      if (grip.handle === null) hands.select(grip.mark);
      else hands.chooseHandle(grip.handle);
    }
  });

  surface.addEventListener("pointermove", (event) => {
    if (isPalm(event)) return;
    if (fingers.has(event.pointerId) && pinching) return pinch(event);
    if (leader && leader.id !== event.pointerId) return;
    if (grip) {
      if (pulled(event)) hands.reshape(grip.mark, pull(grip, at(event)), grip.gesture);
    } else if (hands.drawing()) {
      if (waiting && pulled(event)) begin();
      if (!waiting) hands.hover(way(event));
    }
  });

  surface.addEventListener("pointerup", (event) => {
    lift(event);
    if (leader?.id !== event.pointerId) return;
    if (waiting) begin();
    if (!grip && hands.drawing()) hands.release(at(event), near(event), pulled(event));
    else if (!grip && !pulled(event)) hands.select(null);
    letGo();
  });

  surface.addEventListener("pointercancel", (event) => {
    lift(event);
    if (leader?.id === event.pointerId) letGo();
  });

  surface.addEventListener("pointerover", ({ target }) => {
    hands.light((target as Element).closest<SVGElement>("[data-mark]")?.dataset.mark ?? null);
  });
  surface.addEventListener("pointerleave", () => hands.light(null));

  /** The finger that waited draws after all, from where it went down. */
  function begin(): void {
    waiting = false;
    if (leader) hands.press(at(leader.down), near(leader.down), leader.down.shiftKey);
  }

  /** Two fingers move the view; what was begun stays: a stroke ends here, a box or polygon waits for its next corner. */
  function secondFinger(event: PointerEvent): void {
    hold(event);
    if (leader && !waiting) hands.release(at(leader.down), near(leader.down), false);
    letGo();
    pinching = true;
  }

  function pinch(event: PointerEvent): void {
    const before = [...fingers.values()];
    fingers.set(event.pointerId, inPane(event));
    const [from, to] = [span(before), span([...fingers.values()])];
    const { left, top, width, height } = hands.frame();
    const grown = from.apart > 0 ? to.apart / from.apart : 1;
    hands.pinch({
      left: to.x - (from.x - left) * grown,
      top: to.y - (from.y - top) * grown,
      width: width * grown,
      height: height * grown,
    });
  }

  function lift(event: PointerEvent): void {
    fingers.delete(event.pointerId);
    if (fingers.size === 0) pinching = false;
  }

  function letGo(): void {
    leader = null;
    grip = null;
    waiting = false;
  }

  /** The viewer below must not pan with this pointer. */
  function hold(event: PointerEvent): void {
    event.stopPropagation();
    event.preventDefault();
    surface.setPointerCapture(event.pointerId);
  }
}

/** The middle of two fingers, and how far they are apart. */
function span([a, b]: readonly XY[]): XY & { readonly apart: number } {
  if (!a || !b) return { x: a?.x ?? 0, y: a?.y ?? 0, apart: 0 };
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
}

function pull(grip: Grip, to: XY): Shape {
  const dx = to.x - grip.from.x;
  const dy = to.y - grip.from.y;
  return grip.handle === null ? moveShape(grip.shape, dx, dy) : moveHandle(grip.shape, grip.handle, to);
}
