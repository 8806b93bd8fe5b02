/** The lens in words and controls: ways of comparing, how the image is adjusted, and what the stage says of both. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { type Action, named } from "../keymap.ts";
import * as looking from "../looking.ts";
import type { Bench } from "../state/bench.ts";
import {
  adjustmentWords,
  CHANNEL_WORDS,
  CHANNELS,
  FIGURES,
  type Figure,
  figureWords,
  isAdjusted,
  isOverlaid,
  type Lens,
  type LensMode,
  modeWords,
  RANGES,
} from "../state/lens.ts";
import type { Picture } from "../state/wire.ts";
import { alignmentWords } from "../viewer/alignment.ts";
import type { Workbench } from "../workbench.ts";
import { icon } from "./icons.ts";

const MODES: readonly (readonly [LensMode, string, Action | null])[] = [
  ["side", "Side by side", null],
  ["wipe", "Wipe", "wipe"],
  ["blink", "Blink", "blink"],
  ["difference", "Difference", "difference"],
  ["onion", "Onion skin", "onion"],
];
const FIGURE_NAMES: Readonly<Record<Figure, string>> = {
  brightness: "Brightness",
  contrast: "Contrast",
  gamma: "Gamma",
};

function mode(
  w: Workbench,
  { lens }: Bench,
  each: LensMode,
  label: string,
  action: Action | null,
): TemplateResult {
  const key = action ? w.keys.keyOf(action) : "";
  return html`<button type="button" class="wb-tool" data-test=${`lens-${each}`} aria-pressed=${lens.mode === each}
    title=${named(label, key)} aria-keyshortcuts=${(action && w.keys.shortcutOf(action)) ?? nothing}
    @click=${() => w.compare(each)}>
    ${icon(each)}<span>${label}</span>${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
  </button>`;
}

/** The one thing that the way of comparing can be turned by. */
function amount(w: Workbench, { lens }: Bench): TemplateResult {
  switch (lens.mode) {
    case "side":
      return html`<span class="wb-soft wb-hint">Hold <kbd>${w.keys.keyOf("show-other")}</kbd> to exchange</span>`;
    case "wipe":
      return html`<output data-test="lens-amount" aria-live="off">${modeWords(lens)}</output>`;
    case "blink":
      return html`<button type="button" class="wb-tool" data-test="show-other" aria-pressed=${lens.other}
          @click=${() => w.store.set((bench) => looking.showOther(bench, !bench.lens.other))}>Show ${lens.over.toUpperCase()}</button>
        <span class="wb-soft wb-hint">or hold <kbd>${w.keys.keyOf("show-other")}</kbd></span>`;
    case "difference":
      return html`<button type="button" class="wb-tool is-bare" data-test="amplify-less" aria-label="Amplify less" title=${named("Amplify less", w.keys.keyOf("zoom-out"))}
          @click=${() => w.perform("zoom-out")}><span aria-hidden="true">−</span></button>
        <output class="wb-amount" data-test="lens-amount" aria-live="off" aria-label="Amplification">×${lens.amplification}</output>
        <button type="button" class="wb-tool is-bare" data-test="amplify-more" aria-label="Amplify more" title=${named("Amplify more", w.keys.keyOf("zoom-in"))}
          @click=${() => w.perform("zoom-in")}><span aria-hidden="true">+</span></button>`;
    case "onion":
      return html`<label class="wb-slider"><span class="wb-unseen">How much of ${lens.over.toUpperCase()} shows</span>
        <input type="range" min="0" max="1" step="0.05" data-test="onion" .value=${String(lens.onion)}
          aria-valuetext=${`${Math.round(lens.onion * 100)} % of ${lens.over.toUpperCase()}`}
          @input=${(event: Event) => w.store.set((bench) => looking.fadeTo(bench, numberOf(event)))} />
        <output data-test="lens-amount" aria-live="off">${Math.round(lens.onion * 100)} %</output></label>`;
  }
}

const numberOf = (event: Event): number => (event.target as HTMLInputElement).valueAsNumber;

/** With more than two images: which one is laid over the first. */
function partners(
  w: Workbench,
  { lens }: Bench,
  images: readonly Picture[],
): TemplateResult | typeof nothing {
  if (images.length < 3) return nothing;
  return html`<div class="wb-tool-group" role="group" aria-label="Compare A with"><span class="wb-soft">A with</span>
    ${images.slice(1).map(
      ({
        slot,
      }) => html`<button type="button" class="wb-tool" data-test=${`over-${slot}`} aria-pressed=${lens.over === slot}
        @click=${() => w.store.set((bench) => looking.compareWith(bench, slot))}>${slot.toUpperCase()}</button>`,
    )}
  </div>`;
}

function alignment(w: Workbench, { lens }: Bench, images: readonly Picture[]): TemplateResult {
  const [first, ...others] = images;
  // With many images, of the one that is laid over the first.
  const laid = others.length === 1 ? others : others.filter(({ slot }) => slot === lens.over);
  const words = laid.map(
    (image) => first && alignmentWords(image.slot.toUpperCase(), first, image, lens.alignment),
  );
  const text = html`<span data-test="alignment">${words}</span>`;
  const alike = others.every(({ width, height }) => width === first?.width && height === first.height);
  if (alike) return html`<span class="wb-soft wb-alignment">${text}</span>`;
  return html`<button type="button" class="wb-tool wb-alignment" data-test="do-align" title=${named("Fit images to A, or lay them pixel by pixel", w.keys.keyOf("align"))}
    aria-keyshortcuts=${w.keys.shortcutOf("align") ?? nothing} @click=${() => w.perform("align")}>${text}<kbd aria-hidden="true">${w.keys.keyOf("align")}</kbd></button>`;
}

function compareRow(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const images = bench.desk?.images ?? [];
  if (!looking.mayCompare(bench)) return nothing;
  return html`<div class="wb-tools wb-compare">
    <div class="wb-tool-group" role="group" aria-label="Compare">
      ${MODES.map(([each, label, action]) => mode(w, bench, each, label, action))}
    </div>
    <div class="wb-tool-group">${amount(w, bench)}</div>
    <span class="wb-gap"></span>
    ${partners(w, bench, images)} ${alignment(w, bench, images)}
  </div>`;
}

function figure(w: Workbench, { lens }: Bench, each: Figure): TemplateResult {
  const { lowest, highest, step } = RANGES[each];
  const words = figureWords(lens.adjustment, each);
  return html`<label class="wb-slider"><span>${FIGURE_NAMES[each]}</span>
    <input type="range" min=${lowest} max=${highest} step=${step} data-test=${`adjust-${each}`} aria-valuetext=${words}
      .value=${String(lens.adjustment[each])}
      @input=${(event: Event) => w.store.set((bench) => looking.adjustFigure(bench, each, numberOf(event)))}
      @change=${() => w.store.set(looking.sayAdjustment)} />
    <output aria-live="off">${words}</output></label>`;
}

function adjustRow(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const { lens } = bench;
  if (!bench.desk || !lens.adjusting) return nothing;
  return html`<div class="wb-tools wb-adjust" role="group" aria-label="Adjust how the image is shown">
    ${FIGURES.map((each) => figure(w, bench, each))}
    <div class="wb-tool-group" role="group" aria-label="Channels">
      ${CHANNELS.map(
        (channel) => html`<button type="button" class="wb-tool" data-test=${`channel-${channel}`}
          aria-pressed=${lens.adjustment.channel === channel} title=${CHANNEL_WORDS[channel]}
          @click=${() => w.store.set((now) => looking.sayAdjustment(looking.adjust(now, { channel })))}>${CHANNEL_WORDS[channel].split(" ")[0]}</button>`,
      )}
    </div>
    <span class="wb-gap"></span>
    <button type="button" class="wb-tool" data-test="do-reset-adjustment" ?disabled=${!isAdjusted(lens)} aria-keyshortcuts=${w.keys.shortcutOf("reset-adjustment") ?? nothing}
      @click=${() => w.perform("reset-adjustment")}><span>Reset</span><kbd aria-hidden="true">${w.keys.keyOf("reset-adjustment")}</kbd></button>
  </div>`;
}

export const lensView = (w: Workbench, bench: Bench): TemplateResult =>
  html`${adjustRow(w, bench)} ${compareRow(w, bench)}`;

/** What lies on the stage, from left to right. */
function letters(lens: Lens): readonly string[] {
  const over = lens.over.toUpperCase();
  if (lens.other) return [over];
  switch (lens.mode) {
    case "wipe":
      return ["A", over];
    case "difference":
      return [`A − ${over} ×${lens.amplification}`];
    case "onion":
      return [`A + ${over} ${Math.round(lens.onion * 100)} %`];
    default:
      return ["A"];
  }
}

/** What lies over the images of a sensitive project until they are revealed. */
export const coverView = (w: Workbench, bench: Bench): TemplateResult | typeof nothing =>
  looking.isCovered(bench)
    ? html`<button type="button" class="wb-cover" data-test="cover" aria-keyshortcuts=${w.keys.shortcutOf("reveal") ?? nothing}
        @click=${() => w.perform("reveal")}><span>Covered, as it may be hard to look at.<br />Reveal <kbd>${w.keys.keyOf("reveal")}</kbd></span></button>`
    : nothing;

/** Said on the stage itself: nobody shall take what is altered or mixed for the image. */
export const stageView = (w: Workbench, bench: Bench): TemplateResult | typeof nothing =>
  bench.desk
    ? html`${
        isOverlaid(bench.lens)
          ? html`<div class="wb-letters" data-test="lens-label">${letters(bench.lens).map((letter) => html`<span>${letter}</span>`)}</div>`
          : nothing
      }
      ${
        isAdjusted(bench.lens)
          ? html`<button type="button" class="wb-adjusted" data-test="adjusted" title=${named("Show the image as it is", w.keys.keyOf("reset-adjustment"))}
              @click=${() => w.perform("reset-adjustment")}><strong>Adjusted:</strong> ${adjustmentWords(bench.lens)} <kbd>${w.keys.keyOf("reset-adjustment")}</kbd></button>`
          : nothing
      }`
    : nothing;
