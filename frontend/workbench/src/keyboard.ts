/** From a key to what it does. */

import * as actions from "./actions.ts";
import { chordOf } from "./keymap.ts";
import * as looking from "./looking.ts";
import { orderByDigit } from "./panel/order_field.ts";
import { criterionNamed, draftOf, give } from "./state/bench.ts";
import { choiceFor } from "./state/choices.ts";
import { isOrder } from "./state/ordering.ts";
import type { Workbench } from "./workbench.ts";

/** Share of the stage that an arrow key moves the edge of a wipe. */
const WIPE_STEP = 0.05;
const FINE_WIPE_STEP = 0.01;

/** Screen pixels an arrow key moves; with Shift one, for the last touch. */
const STEP = 12;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && !["radio", "checkbox", "button", "range"].includes(target.type));

/** The key that holds the other image in view, and of which item; null while none is held. */
let holding: { readonly code: string; readonly desk: string | undefined } | null = null;

/** The key that holds the hand on the image. */
let handCode = "";

function takeHand(w: Workbench, event: KeyboardEvent): boolean {
  if (isStageButton(w, event.target) || !w.isOverStage() || !w.stage.hold(true)) return false;
  handCode = event.code;
  return true;
}

/** Buttons on the stage are pressed like any other. */
const isStageButton = (w: Workbench, target: EventTarget | null): boolean =>
  target instanceof HTMLButtonElement && w.isOnStage(target);

export function listenToKeys(w: Workbench): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || !mine(w, event)) return;
    w.session.active();
    if (handle(w, event)) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => {
    if (holding?.code === event.code) release(w);
    if (event.code !== handCode || !w.stage.panning) return;
    handCode = "";
    w.stage.hold(false);
    // Firefox presses a focused button when Space comes up.
    event.preventDefault();
  });
  window.addEventListener("blur", () => {
    w.stage.hold(false);
    release(w);
  });
}

/** The other image, until the key comes up again. */
function holdOther(w: Workbench, { code }: KeyboardEvent): boolean {
  const { desk } = w.store.get();
  if (!looking.mayCompare(w.store.get())) return false;
  if (holding !== null) return true;
  holding = { code, desk: desk?.id };
  w.store.set((bench) => looking.showOther(bench, !bench.lens.other));
  return true;
}

function release(w: Workbench): void {
  const held = holding;
  holding = null;
  // Another item came while it was held: that one begins as it is.
  if (held === null || held.desk !== w.store.get().desk?.id) return;
  // The time it was held counts as looking at the other.
  w.session.active();
  w.store.set((bench) => looking.showOther(bench, !bench.lens.other));
}

/** Keys belong to the page's own dialogs while one is open. */
function mine(w: Workbench, event: KeyboardEvent): boolean {
  if (w.store.get().dialog) return false;
  const { target } = event;
  return target === document.body || (target instanceof Node && w.contains(target));
}

function handle(w: Workbench, event: KeyboardEvent): boolean {
  const chord = chordOf(event);
  const { singleKeys, keys } = w.store.get();
  const action = keys.actionFor(chord, { typing: isText(event.target), singleKeys });
  switch (action) {
    case null:
    case "next-criterion":
      return false;
    case "answer":
      return giveByDigit(w, event);
    case "arrows":
      return arrows(w, event);
    case "press":
      return enter(w, event);
    case "show-other":
      return holdOther(w, event);
    case "hand":
      return takeHand(w, event);
    case "remove":
      return remove(w);
    case "back":
      return w.stepBack(event.target);
    case "cite":
      return w.citeMark(Number(chord.slice(-1)));
    default:
      return w.perform(action);
  }
}

function giveByDigit(w: Workbench, event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  const severity = target?.closest("[data-severities]");
  if (severity) return w.marking.giveSeverity(Number(event.key));
  const { criterion, desk } = w.store.get();
  const asked = criterionNamed(w.store.get(), criterion);
  if (asked && isOrder(asked)) return orderByDigit(w, asked, target, event.key);
  const choice = asked && choiceFor(asked, event.key);
  if (!asked || !choice || !desk?.editable || draftOf(w.store.get()).cannotJudge) return false;
  w.store.set((now) => give(now, asked, choice.value, true));
  w.store.set({ said: `${asked.name}: ${choice.label}` });
  w.focusing.criterion(w.store.get().criterion);
  return true;
}

function arrows(w: Workbench, event: KeyboardEvent): boolean {
  const direction = ARROWS[event.key];
  if (!direction) return false;
  const pixels = event.shiftKey ? 1 : STEP;
  const [dx, dy] = [direction[0] * pixels, direction[1] * pixels];
  if (event.target === w.stage.comparison.handle.element) {
    const along = (direction[0] - direction[1]) * (event.shiftKey ? FINE_WIPE_STEP : WIPE_STEP);
    w.store.set((bench) => looking.wipeTo(bench, bench.lens.wipe + along));
    return true;
  }
  const onStage = w.isOnStage(event.target);
  const onMark = event.target instanceof Element && event.target.closest("[data-mark-row]");
  const { tool, selectedMark, desk } = w.store.get();
  if (onStage && tool !== "pan") w.stage.moveCursor(dx, dy);
  else if ((onStage || onMark) && selectedMark && desk?.editable) nudge(w, dx, dy);
  else if (onStage) w.stage.panBy(dx * 5, dy * 5);
  else return false;
  return true;
}

function nudge(w: Workbench, dx: number, dy: number): void {
  const share = w.stage.share(dx, dy);
  w.store.set((now) => actions.nudge(now, share.x, share.y));
}

function enter(w: Workbench, event: KeyboardEvent): boolean {
  if (!w.isOnStage(event.target) || isStageButton(w, event.target)) return false;
  const { tool, selectedMark, handle } = w.store.get();
  if (tool !== "pan") w.stage.pressCursor();
  else if (handle !== null) w.store.set((now) => actions.splitAfter(now, handle));
  else if (selectedMark) w.marking.open();
  else return false;
  return true;
}

function remove(w: Workbench): boolean {
  const { drawing, selectedMark } = w.store.get();
  const cornerless = actions.dropCorner(w.store.get());
  if (drawing) w.store.set(actions.unpressLast);
  else if (cornerless) w.store.set(() => cornerless);
  else if (selectedMark) w.marking.remove(selectedMark);
  else return false;
  return true;
}
