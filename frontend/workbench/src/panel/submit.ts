/** The way on: what is missing, and the buttons that lead away from this item. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { type Bench, draftOf, giveReason, hasWork } from "../state/bench.ts";
import { type Missing, missing } from "../state/completeness.ts";
import type { Workbench } from "../workbench.ts";

function missingLine(w: Workbench, bench: Bench, lacks: readonly Missing[]): TemplateResult {
  const [first] = lacks;
  if (!first) return html`<p class="wb-missing is-complete" data-test="missing">Complete</p>`;
  const more = lacks.length > 1 ? ` and ${lacks.length - 1} more` : "";
  return html`<p class=${bench.showMissing ? "wb-missing is-shown" : "wb-missing"} data-test="missing">
    <button type="button" class="wb-link" @click=${() => w.goTo(first.target)}>${first.message}</button>${more}
  </p>`;
}

export function submitView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const { desk, setup } = bench;
  if (!desk || !setup || !desk.editable) return nothing;
  const lacks = missing(setup.rubric, draftOf(bench));
  const past = desk.kind === "past";
  return html`${missingLine(w, bench, lacks)}
    ${past ? revisionReason(w, desk.reason) : nothing}
    <div class="wb-ways">
      ${past && hasWork(desk) ? html`<button type="button" class="wb-button" data-test="discard-revision" @click=${() => void w.session.discardRevision()}>Discard revision</button>` : nothing}
      ${past ? nothing : html`<button type="button" class="wb-button" data-test="skip" aria-haspopup="dialog" @click=${() => w.open("skip")}>Skip…</button>`}
      ${
        (setup.rubric.cannot_judge?.length ?? 0) > 0
          ? html`<button type="button" class="wb-button" data-test="cannot-judge" aria-haspopup="dialog" aria-pressed=${draftOf(bench).cannotJudge !== null} @click=${() => w.open("cannot-judge")}>Cannot judge…</button>`
          : nothing
      }
      <button type="button" class=${lacks.length > 0 ? "wb-button is-main is-early" : "wb-button is-main"} data-test="submit" aria-keyshortcuts=${w.keys.shortcutOf("submit") ?? nothing} @click=${() => w.submit()}>
        ${past ? "Save revision" : "Submit and next"} <kbd>${w.keys.keyOf("submit").replace("Enter", "⏎")}</kbd>
      </button>
    </div>`;
}

const revisionReason = (w: Workbench, reason: string): TemplateResult =>
  html`<label class="wb-field"><span>Reason for the revision</span>
    <input type="text" id="wb-revision-reason" data-test="revision-reason" maxlength="500" .value=${reason}
      @input=${(event: Event) => w.store.set((bench) => giveReason(bench, (event.target as HTMLInputElement).value))} /></label>`;
