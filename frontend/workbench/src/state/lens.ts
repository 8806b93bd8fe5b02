/** The lens: how two or more images are held against each other, and how they are shown. The images stay as they are. */

import { clamp } from "./geometry.ts";
import type { Slot } from "./wire.ts";

export type LensMode = "side" | "wipe" | "blink" | "difference" | "onion";
export type Channel = "all" | "red" | "green" | "blue" | "luminance";
/** Fitted into the first image, or pixel on pixel around a common centre. */
export type Alignment = "fitted" | "pixels";

/** How the screen departs from the file. Every picture on the stage is shown through the same one. */
export interface Adjustment {
  /** Added to every value, as a share of the whole range. */
  readonly brightness: number;
  /** Distance from mid-grey is multiplied by this. */
  readonly contrast: number;
  /** Above 1 shadows open; below 1 they close. */
  readonly gamma: number;
  readonly channel: Channel;
}

export interface Lens {
  readonly mode: LensMode;
  /** The image that is laid over the first. */
  readonly over: Slot;
  /** The other image is shown in the place of the one in front. */
  readonly other: boolean;
  /** Where the wipe divides the stage, from the left: there the first image ends. */
  readonly wipe: number;
  /** How much of the upper image an onion skin shows. */
  readonly onion: number;
  readonly amplification: number;
  readonly alignment: Alignment;
  /** Panes that zoom and pan on their own. */
  readonly unlocked: readonly Slot[];
  readonly marks: boolean;
  readonly loupe: boolean;
  readonly adjusting: boolean;
  readonly adjustment: Adjustment;
  /** The images of a sensitive project have been uncovered; of each item anew. */
  readonly revealed: boolean;
  /** All is shown in grey, by the person's own choice. */
  readonly grayscale: boolean;
}

export const NEUTRAL: Adjustment = { brightness: 0, contrast: 1, gamma: 1, channel: "all" };

export const SIDE_BY_SIDE: Lens = {
  mode: "side",
  over: "b",
  other: false,
  wipe: 0.5,
  onion: 0.5,
  amplification: 1,
  alignment: "fitted",
  unlocked: [],
  marks: true,
  loupe: false,
  adjusting: false,
  adjustment: NEUTRAL,
  revealed: false,
  grayscale: false,
};

export const AMPLIFICATIONS: readonly number[] = [1, 2, 4, 8, 16];
export const CHANNELS: readonly Channel[] = ["all", "red", "green", "blue", "luminance"];

export interface Range {
  readonly lowest: number;
  readonly highest: number;
  readonly step: number;
}

export type Figure = "brightness" | "contrast" | "gamma";

export const RANGES: Readonly<Record<Figure, Range>> = {
  brightness: { lowest: -0.5, highest: 0.5, step: 0.05 },
  contrast: { lowest: 0.5, highest: 4, step: 0.1 },
  gamma: { lowest: 0.4, highest: 3, step: 0.1 },
};

/** Whether images lie on each other instead of beside each other. */
export const isOverlaid = ({ mode }: Lens): boolean => mode !== "side";

export const isAdjusted = ({ adjustment }: Lens): boolean =>
  adjustment.channel !== NEUTRAL.channel || FIGURES.some((figure) => adjustment[figure] !== NEUTRAL[figure]);

export const FIGURES: readonly Figure[] = ["brightness", "contrast", "gamma"];

/** The next amplification up or down; at either end it stays. */
export function amplified(amplification: number, step: 1 | -1): number {
  const at = AMPLIFICATIONS.indexOf(amplification) + step;
  return AMPLIFICATIONS[clamp(at, 0, AMPLIFICATIONS.length - 1)] ?? 1;
}

/** A figure within its range and on its steps, free of the dust of binary fractions. */
export function settled(figure: Figure, value: number): number {
  const { lowest, highest, step } = RANGES[figure];
  return Math.round(clamp(Math.round(value / step) * step, lowest, highest) * 100) / 100;
}

/** For the next item. An adjustment never outlives the item it was made for: nobody judges through it unknowingly. */
export function forNextItem(lens: Lens, keepView: boolean): Lens {
  const { wipe, onion, amplification, alignment, marks, grayscale, loupe, mode } = lens;
  const kept = { ...SIDE_BY_SIDE, wipe, onion, amplification, alignment, marks, grayscale };
  return keepView ? { ...kept, mode, loupe } : kept;
}

/** What 0 to 255 becomes on the screen. */
export function tableOf({ brightness, contrast, gamma }: Adjustment): readonly number[] {
  return Array.from({ length: 256 }, (_, value) => {
    const shifted = clamp((value / 255 - 0.5) * contrast + 0.5 + brightness);
    return shifted ** (1 / gamma);
  });
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const signed = (share: number): string => `${share > 0 ? "+" : "−"}${percent(Math.abs(share))}`;

/** "difference ×4", "wipe 50 %". */
export function modeWords(lens: Lens): string {
  switch (lens.mode) {
    case "side":
      return "Side by side";
    case "wipe":
      return `Wipe ${percent(lens.wipe)}`;
    case "blink":
      return `Blink, ${(lens.other ? lens.over : "a").toUpperCase()} shown`;
    case "difference":
      return `Difference ×${lens.amplification}`;
    case "onion":
      return `Onion skin ${percent(lens.onion)}`;
  }
}

export const CHANNEL_WORDS: Readonly<Record<Channel, string>> = {
  all: "All channels",
  red: "Red only",
  green: "Green only",
  blue: "Blue only",
  luminance: "Luminance",
};

export const figureWords = (adjustment: Adjustment, figure: Figure): string =>
  figure === "brightness"
    ? adjustment.brightness === 0
      ? "0 %"
      : signed(adjustment.brightness)
    : adjustment[figure].toFixed(1);

/** What is not as in the file: "brightness +20 %, red only". */
export function adjustmentWords({ adjustment }: Lens): string {
  const figures = FIGURES.filter((figure) => adjustment[figure] !== NEUTRAL[figure]).map(
    (figure) => `${figure} ${figureWords(adjustment, figure)}`,
  );
  const { channel } = adjustment;
  return [...figures, ...(channel === "all" ? [] : [CHANNEL_WORDS[channel].toLowerCase()])].join(", ");
}
