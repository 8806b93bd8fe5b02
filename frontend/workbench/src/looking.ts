/** What a hand or a key can do to the lens. No page, no network; the pictures and the answer stay as they are. */

import type { Bench } from "./state/bench.ts";
import { clamp } from "./state/geometry.ts";
import {
  type Adjustment,
  adjustmentWords,
  amplified,
  type Figure,
  isAdjusted,
  type Lens,
  type LensMode,
  modeWords,
  NEUTRAL,
  settled,
} from "./state/lens.ts";
import { lookedThrough } from "./state/viewing.ts";
import type { Slot } from "./state/wire.ts";

/** Changes the lens, and takes down for the record what it did. */
export function look(bench: Bench, change: Partial<Lens>, said = bench.said): Bench {
  const lens = { ...bench.lens, ...change };
  const { desk } = bench;
  return {
    ...bench,
    lens,
    said,
    desk: desk && { ...desk, attention: lookedThrough(desk.attention, lens) },
  };
}

export const mayCompare = (bench: Bench): boolean => (bench.desk?.images.length ?? 0) > 1;

/** Turns to a way of comparing; asked for the one that is on, back to side by side. */
export function turnTo(bench: Bench, mode: LensMode): Bench {
  if (!mayCompare(bench)) return bench;
  const turned = { ...bench.lens, mode: mode === bench.lens.mode ? "side" : mode, other: false } as const;
  const put =
    turned.mode === "side" ? bench : { ...bench, tool: "pan" as const, drawing: null, cursor: null };
  return look(put, turned, `${modeWords(turned)}.`);
}

/** Shows the other image in the place of the one in front, or no longer. */
export function showOther(bench: Bench, other: boolean): Bench {
  if (!mayCompare(bench) || bench.lens.other === other) return bench;
  return look(bench, { other });
}

export function wipeTo(bench: Bench, to: number): Bench {
  const wipe = Math.round(clamp(to) * 1000) / 1000;
  return wipe === bench.lens.wipe ? bench : look(bench, { wipe });
}

export const fadeTo = (bench: Bench, onion: number): Bench => look(bench, { onion: clamp(onion) });

export function amplify(bench: Bench, step: 1 | -1): Bench {
  const amplification = amplified(bench.lens.amplification, step);
  return look(bench, { amplification }, `Difference ×${amplification}.`);
}

export function align(bench: Bench): Bench {
  if (!mayCompare(bench)) return bench;
  const alignment = bench.lens.alignment === "fitted" ? "pixels" : "fitted";
  const said = alignment === "fitted" ? "Images fitted to A." : "Images laid pixel by pixel.";
  return look(bench, { alignment }, said);
}

/** Lets a pane go its own way, or takes it back among the others. */
export function toggleLock(bench: Bench, slot: Slot): Bench {
  if (!mayCompare(bench)) return bench;
  const { unlocked } = bench.lens;
  const loose = unlocked.includes(slot);
  return look(
    bench,
    { unlocked: loose ? unlocked.filter((each) => each !== slot) : [...unlocked, slot] },
    `${slot.toUpperCase()} ${loose ? "moves with the others again" : "moves on its own"}.`,
  );
}

export const compareWith = (bench: Bench, over: Slot): Bench =>
  look(bench, { over }, `A with ${over.toUpperCase()}.`);

export const adjust = (bench: Bench, change: Partial<Adjustment>): Bench =>
  look(bench, { adjustment: { ...bench.lens.adjustment, ...change } });

export const adjustFigure = (bench: Bench, figure: Figure, value: number): Bench =>
  adjust(bench, { [figure]: settled(figure, value) });

export function resetAdjustment(bench: Bench): Bench {
  if (!isAdjusted(bench.lens)) return bench;
  return look(bench, { adjustment: NEUTRAL }, "The image is shown as it is.");
}

/** What a screen reader hears when an adjustment has come to rest. */
export const sayAdjustment = (bench: Bench): Bench => ({
  ...bench,
  said: isAdjusted(bench.lens) ? `Adjusted: ${adjustmentWords(bench.lens)}.` : "The image is shown as it is.",
});

export function toggleLoupe(bench: Bench): Bench {
  const loupe = !bench.lens.loupe;
  return look(
    bench,
    { loupe },
    loupe ? "Loupe on: it magnifies under the pointer, or in the middle." : "Loupe off.",
  );
}

export function toggleMarks(bench: Bench): Bench {
  const marks = !bench.lens.marks;
  return look(bench, { marks }, marks ? "Marks shown." : "Marks hidden.");
}

/** Whether the images are covered: those of a sensitive project are, until the person reveals them. */
export const isCovered = ({ setup, desk, lens }: Bench): boolean =>
  Boolean(setup?.project.is_sensitive && desk && !lens.revealed);

export function toggleCover(bench: Bench): Bench {
  if (!bench.setup?.project.is_sensitive || !bench.desk) return bench;
  const revealed = !bench.lens.revealed;
  return look(bench, { revealed }, revealed ? "Image revealed." : "Image covered.");
}

export const showGrey = (bench: Bench, grayscale: boolean): Bench =>
  look(bench, { grayscale }, grayscale ? "Shown in grey." : "Shown in colour.");
