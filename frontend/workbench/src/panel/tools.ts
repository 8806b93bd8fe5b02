/** The strip under the image: tools on the left, ways of looking on the right. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { mayUse } from "../actions.ts";
import { type Action, named } from "../keymap.ts";
import type { Bench, Surround } from "../state/bench.ts";
import { takesMarks } from "../state/completeness.ts";
import type { Tool } from "../state/drawing.ts";
import type { Workbench } from "../workbench.ts";
import { type IconName, icon } from "./icons.ts";

const TOOLS: readonly (readonly [Tool, string])[] = [
  ["pan", "Pan"],
  ["point", "Point"],
  ["box", "Box"],
  ["polygon", "Polygon"],
  ["brush", "Brush"],
];
const SURROUNDS: readonly (readonly [Surround, string])[] = [
  ["light", "Light"],
  ["mid", "Mid-grey"],
  ["dark", "Dark"],
];

function button(
  w: Workbench,
  action: Action,
  name: IconName | null,
  label: string,
  pressed?: boolean,
): TemplateResult {
  const key = w.keys.keyOf(action);
  return html`<button
    type="button"
    class="wb-tool"
    title=${named(label, key)}
    data-test=${action.startsWith("tool-") ? action : `do-${action}`}
    aria-pressed=${pressed ?? nothing}
    aria-keyshortcuts=${w.keys.shortcutOf(action) ?? nothing}
    @click=${() => w.perform(action)}
  >
    ${name ? icon(name) : nothing}<span>${label}</span>${key ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
  </button>`;
}

function bare(w: Workbench, action: Action, name: IconName, label: string, pressed: boolean): TemplateResult {
  return html`<button type="button" class="wb-tool is-bare" title=${named(label, w.keys.keyOf(action))} aria-label=${label}
    aria-keyshortcuts=${w.keys.shortcutOf(action) ?? nothing} aria-pressed=${pressed} data-test=${`do-${name}`}
    @click=${() => w.perform(action)}>${icon(name)}</button>`;
}

export function toolsView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  if (!bench.desk) return nothing;
  const rubric = bench.setup?.rubric;
  const marks = Boolean(rubric && takesMarks(rubric) && bench.desk?.editable);
  return html`
    <div class="wb-tool-group wb-marking" role="group" aria-label="Tools">
      ${TOOLS.filter(([tool]) => marks && mayUse(bench, tool)).map(([tool, label]) =>
        button(w, `tool-${tool}` as Action, tool, label, bench.tool === tool),
      )}
      ${marks ? html`${bench.tool === "brush" ? brushSize(w, bench) : nothing}${button(w, "mark-whole", "whole", "Whole")}${history(w, "undo")}${history(w, "redo")}` : nothing}
    </div>
    <span class="wb-gap"></span>
    <div class="wb-tool-group" role="group" aria-label="Zoom">
      <output class="wb-zoom" data-test="zoom" aria-live="off" aria-label="Zoom">${w.zoomText}</output>
      ${button(w, "fit", null, "Fit")} ${button(w, "one-to-one", null, "1:1")} ${button(w, "two-to-one", null, "2:1")}
      ${bare(w, "keep-view", "keep", "Keep zoom, place and way of comparing for the next item", bench.keepView)}
    </div>
    <div class="wb-tool-group" role="group" aria-label="Look">
      ${bare(w, "loupe", "loupe", "Loupe", bench.lens.loupe)}
      ${bench.setup?.project.is_sensitive ? bare(w, "reveal", "cover", "Image revealed", bench.lens.revealed) : nothing}
      ${bench.setup?.project.is_sensitive || bench.lens.grayscale ? bare(w, "grayscale", "grey", "Shown in grey", bench.lens.grayscale) : nothing}
      ${bare(w, "adjust", "adjust", "Adjust how the image is shown", bench.lens.adjusting)}
      ${bare(w, "marks-shown", "marks", "Marks shown", bench.lens.marks)}
    </div>
    <div class="wb-tool-group wb-surrounds" role="group" aria-label="Surround">
      ${SURROUNDS.map(
        ([surround, label]) => html`<button
          type="button"
          class=${`wb-surround is-${surround}`}
          title=${`${label} surround`}
          aria-label=${`${label} surround`}
          aria-pressed=${bench.surround === surround}
          data-test=${`surround-${surround}`}
          @click=${() => w.prefer({ surround })}
        ></button>`,
      )}
    </div>
  `;
}

/** Thinner, thicker, and how thick in per cent of the image's height. */
function brushSize(w: Workbench, { brush }: Bench): TemplateResult {
  const step = (action: "brush-thinner" | "brush-thicker", label: string, sign: string): TemplateResult =>
    html`<button type="button" class="wb-tool is-bare" aria-label=${label} title=${named(label, w.keys.keyOf(action))}
      data-test=${`do-${action}`} @click=${() => w.perform(action)}>${sign}</button>`;
  return html`<span class="wb-brush-size" role="group" aria-label="Size of the brush">
    ${step("brush-thinner", "Thinner brush", "−")}
    <output data-test="brush-size" aria-live="off">${(brush * 100).toFixed(1)} %</output>
    ${step("brush-thicker", "Thicker brush", "+")}
  </span>`;
}

function history(w: Workbench, action: "undo" | "redo"): TemplateResult {
  const label = action === "undo" ? "Undo" : "Redo";
  return html`<button type="button" class="wb-tool is-bare" aria-label=${label} title=${named(label, w.keys.keyOf(action))} data-test=${`do-${action}`} @click=${() => w.perform(action)}>
    ${icon(action)}
  </button>`;
}
