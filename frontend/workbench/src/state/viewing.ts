/** How an image was looked at: active time, first action, largest zoom, through which lens. Time is an argument. */

import { type Channel, FIGURES, type Figure, isAdjusted, type Lens, NEUTRAL } from "./lens.ts";
import type { Viewing } from "./wire.ts";

/** Ways of looking that are timed. */
export type Condition =
  | "wipe"
  | "blink"
  | "difference"
  | "onion"
  | "unlocked"
  | "loupe"
  | "adjusted"
  | "revealed"
  | "grayscale";

export interface Attention {
  /** Milliseconds looked at and worked on, across reloads. */
  readonly active: number;
  readonly firstAction: number | null;
  readonly maximumZoom: number;
  /** When something last happened, on a monotonic clock; null before the image was painted. */
  readonly since: number | null;
  /** Active milliseconds by way of looking; drafts kept by an earlier release have none. */
  readonly spent?: Readonly<Partial<Record<Condition, number>>>;
  /** The setting farthest from neutral, of each figure that was moved. */
  readonly adjusted?: Readonly<Partial<Record<Figure, number>>>;
  readonly channels?: readonly Exclude<Channel, "all">[];
  /** Largest amplification of a difference that was looked at. */
  readonly amplification?: number;
}

/** A pause longer than this is a break, not work. */
export const LONGEST_PAUSE = 60_000;

export const UNSEEN: Attention = { active: 0, firstAction: null, maximumZoom: 0, since: null };

/** The ways of looking that a lens amounts to. */
export function conditionsOf(lens: Lens): readonly Condition[] {
  const found: Condition[] = [];
  if (lens.other || lens.mode === "blink") found.push("blink");
  else if (lens.mode !== "side") found.push(lens.mode);
  else if (lens.unlocked.length > 0) found.push("unlocked");
  if (lens.loupe) found.push("loupe");
  if (isAdjusted(lens)) found.push("adjusted");
  if (lens.revealed) found.push("revealed");
  if (lens.grayscale) found.push("grayscale");
  return found;
}

/** Something happened at `now`: the time since the last happening counts, unless it was a break. */
export function attend(attention: Attention, now: number, lens?: Lens): Attention {
  const pause = attention.since === null ? 0 : now - attention.since;
  const counted = pause >= 0 && pause <= LONGEST_PAUSE ? pause : 0;
  const attended = { ...attention, active: attention.active + counted, since: now };
  const under = lens && counted > 0 ? conditionsOf(lens) : [];
  if (under.length === 0) return attended;
  const spent = { ...attention.spent };
  for (const condition of under) spent[condition] = (spent[condition] ?? 0) + counted;
  return { ...attended, spent };
}

/** How far a setting is from neutral; of factors, a half is as far as a double. */
const departure = (figure: Figure, value: number): number =>
  Math.abs(figure === "brightness" ? value : Math.log(value));

/** Takes down what a lens did to the picture. */
export function lookedThrough(attention: Attention, lens: Lens): Attention {
  const adjusted = { ...attention.adjusted };
  for (const figure of FIGURES) {
    const value = lens.adjustment[figure];
    if (departure(figure, value) > departure(figure, adjusted[figure] ?? NEUTRAL[figure])) {
      adjusted[figure] = value;
    }
  }
  const { channel } = lens.adjustment;
  const channels = new Set(attention.channels);
  if (channel !== "all") channels.add(channel);
  const amplification = Math.max(
    attention.amplification ?? 0,
    lens.mode === "difference" ? lens.amplification : 0,
  );
  return { ...attention, adjusted, channels: [...channels].sort(), amplification };
}

/** The rater acted (answered, marked, wrote) for the first time. */
export const act = (attention: Attention): Attention =>
  attention.firstAction === null ? { ...attention, firstAction: attention.active } : attention;

export const zoomed = (attention: Attention, zoom: number): Attention =>
  zoom > attention.maximumZoom ? { ...attention, maximumZoom: zoom } : attention;

export interface Screen {
  readonly pixelRatio: number;
  readonly width: number;
  readonly height: number;
}

/** What the lens did, where it did anything. */
function throughLens({
  spent = {},
  adjusted,
  channels = [],
  amplification = 0,
}: Attention): Partial<Viewing> {
  const times = Object.entries(spent).map(([condition, ms]) => [`${condition}_ms`, Math.round(ms)]);
  return {
    ...(Object.fromEntries(times) as Partial<Viewing>),
    ...adjusted,
    ...(channels.length > 0 ? { channels } : {}),
    ...(amplification > 0 ? { maximum_amplification: amplification } : {}),
  };
}

export function viewingOf(attention: Attention, screen: Screen): Viewing {
  const firstAction = attention.firstAction;
  return {
    device_pixel_ratio: screen.pixelRatio,
    viewport_width: screen.width,
    viewport_height: screen.height,
    maximum_zoom: Math.round(attention.maximumZoom * 1000) / 1000,
    active_ms: Math.round(attention.active),
    ...(firstAction === null ? {} : { first_action_ms: Math.round(firstAction) }),
    ...throughLens(attention),
  };
}
