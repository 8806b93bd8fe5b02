/** The bar above everything: where one is, how far, and whether what was written is safe. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { named } from "../keymap.ts";
import type { Bench } from "../state/bench.ts";
import type { Workbench } from "../workbench.ts";
import { icon } from "./icons.ts";

/** "Saved ✓", "Saving …", "Offline: 3 kept here". */
export function saveWords({ saves }: Bench): string {
  const where = saves.unkept ? "not kept" : "kept here";
  switch (saves.state) {
    case "unknown":
      return "";
    case "saved":
      return saves.unkept ? "Not kept here" : "Saved ✓";
    case "saving":
      return saves.waiting > 1 ? `Saving ${saves.waiting}…` : "Saving…";
    case "offline":
      return `Offline: ${saves.waiting} ${where}`;
    case "expired":
      return `Logged out: ${saves.waiting} ${where}`;
  }
}

/** "12 today, 34 min". */
export function todayWords({ today }: Bench): string {
  const minutes = Math.floor(today.active / 60_000);
  const time = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${today.evaluations} today, ${time}`;
}

const askButton = (w: Workbench): TemplateResult =>
  html`<button type="button" class="wb-quiet" data-test="ask" aria-haspopup="dialog" aria-label="Ask what the rules do not decide"
    aria-keyshortcuts=${w.keys.shortcutOf("question") ?? nothing} title=${named("Ask what the rules do not decide, and go on", w.keys.keyOf("question"))}
    @click=${() => w.open("question")}>${icon("ask")}<span class="wb-wide">Ask</span></button>`;

export function barView(w: Workbench, bench: Bench): TemplateResult {
  const { setup, progress } = bench;
  const total = progress.done + progress.remaining;
  return html`
    <a class="wb-back" href=${w.home} aria-label=${`Back to ${w.projectName}`}>${icon("back")}</a>
    <h1>${setup?.project.name ?? w.projectName}</h1>
    ${
      setup
        ? html`<button
              type="button"
              class="wb-quiet wb-guideline-button"
              data-test="guideline-toggle"
              aria-expanded=${bench.guideline !== null}
              aria-controls="wb-guideline"
              aria-keyshortcuts=${w.keys.shortcutOf("guideline") ?? nothing}
              title=${named("Guideline at the focused criterion's clause", w.keys.keyOf("guideline"))}
              @click=${() => w.perform("guideline")}
            >
              ${icon("book")}<span><span class="wb-wide">Guideline </span>v${setup.guideline.version}</span>
            </button>
            ${bench.desk?.kind === "assignment" ? askButton(w) : nothing}
            ${bench.desk?.isTest ? html`<span class="wb-test" data-test="is-test" title="Practice, or part of a test or calibration: it counts apart, and how it went is shown under Tests">Test</span>` : nothing}
            <span class="wb-progress" data-test="progress">
              <span class="wb-wide">Item </span>${Math.min(progress.done + 1, Math.max(total, 1))}<span class="wb-soft"> of up to ${total}</span>
            </span>`
        : nothing
    }
    ${bench.today.evaluations > 0 ? html`<span class="wb-today wb-wide" data-test="today" title="Yours in this project today, and the time at work as it is measured here">${todayWords(bench)}</span>` : nothing}
    <rubrica-clock data-api=${w.dataset.api ?? "/api/v1"} data-project=${w.dataset.project ?? ""} data-person=${w.dataset.person ?? ""} data-page="workbench"></rubrica-clock>
    <span class="wb-gap"></span>
    <span class=${`wb-saves is-${bench.saves.unkept ? "offline" : bench.saves.state}`} data-test="save-state">${saveWords(bench)}</span>
    <button type="button" class="wb-quiet" aria-haspopup="dialog" data-test="keys-open" aria-label="Keys" title=${named("All keys", w.keys.keyOf("keys"))} @click=${() => w.open("keys")}>
      <kbd>${w.keys.keyOf("keys")}</kbd><span class="wb-wide"> keys</span>
    </button>
  `;
}
