/** How the screen departs from the file: one SVG filter that every picture on the stage is shown through. */

import { html, nothing, render, svg, type TemplateResult } from "lit/html.js";
import { type Channel, isAdjusted, type Lens, tableOf } from "../state/lens.ts";

const ID = "wb-display";
/** Rec. 709, on the values as they are stored: what a reader of one channel expects. */
const LUMINANCE = "0.2126 0.7152 0.0722 0 0";

const ROWS: Readonly<Record<Exclude<Channel, "all">, string>> = {
  red: "1 0 0 0 0",
  green: "0 1 0 0 0",
  blue: "0 0 1 0 0",
  luminance: LUMINANCE,
};

function oneChannel(channel: Channel): TemplateResult | typeof nothing {
  if (channel === "all") return nothing;
  const row = ROWS[channel];
  return svg`<feColorMatrix type="matrix" values=${`${row} ${row} ${row} 0 0 0 1 0`}></feColorMatrix>`;
}

/** Draws the filter anew; answers what to set as `filter`, which is nothing while the picture is shown as it is. */
export function displayFilter(root: HTMLElement, lens: Lens): string {
  if (!isAdjusted(lens) && !lens.grayscale) return "";
  const { channel } = lens.adjustment;
  const table = tableOf(lens.adjustment)
    .map((value) => value.toFixed(4))
    .join(" ");
  render(
    html`<svg width="0" height="0" aria-hidden="true">
      <filter id=${ID} x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">
        ${oneChannel(channel === "all" && lens.grayscale ? "luminance" : channel)}
        <feComponentTransfer>
          <feFuncR type="discrete" tableValues=${table}></feFuncR>
          <feFuncG type="discrete" tableValues=${table}></feFuncG>
          <feFuncB type="discrete" tableValues=${table}></feFuncB>
        </feComponentTransfer>
      </filter>
    </svg>`,
    root,
  );
  return `url(#${ID})`;
}
