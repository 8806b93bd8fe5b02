/** The panel beside the image: messages, prompt, criteria, marks, explanation. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { revisionOf } from "../notices.ts";
import { type Bench, draftOf, type Notice } from "../state/bench.ts";
import type { Workbench } from "../workbench.ts";
import { criteriaView } from "./criteria.ts";
import { explanationView } from "./explanation.ts";
import { marksView } from "./marks.ts";
import { precedentsView } from "./precedents.ts";

function notice(w: Workbench, { id, title, detail, problems, remedy }: Notice): TemplateResult {
  return html`<div class="wb-notice" role="alert" data-test="notice">
    <strong>${title}</strong>
    <p>${detail}</p>
    ${
      problems.length > 0
        ? html`<ul>${problems.map(({ field, problem, allowed }) => html`<li><code>${field}</code> ${problem}; allowed: ${allowed}</li>`)}</ul>`
        : nothing
    }
    <div class="wb-actions">
      ${remedy === "log-in" ? html`<a class="wb-button is-main" href=${location.href} data-test="log-in">Log in again</a>` : nothing}
      ${remedy === "read" ? html`<a class="wb-button is-main" href=${w.news} data-test="read-news">Read what changed</a>` : nothing}
      ${
        remedy === "correct"
          ? html`<button type="button" class="wb-button is-main" data-test="correct" @click=${() => w.session.correct(id)}>Open and correct</button>`
          : nothing
      }
      ${
        remedy === "revise"
          ? html`<button type="button" class="wb-button is-main" data-test="go-on-revising" @click=${() => w.session.openOwn(revisionOf(id))}>Go on</button>`
          : nothing
      }
      <button type="button" class="wb-button" @click=${() => w.session.close(id)}>${remedy === "correct" ? "Discard it" : "Understood"}</button>
    </div>
  </div>`;
}

function promptView({ setup, desk }: Bench): TemplateResult | typeof nothing {
  if (!desk?.prompt || setup?.rubric.prompt !== "shown") return nothing;
  return html`<section class="wb-prompt" aria-label="Prompt"><h2>Prompt</h2><p data-test="prompt">${desk.prompt}</p></section>`;
}

function cannotJudgeView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const { cannotJudge } = draftOf(bench);
  if (!cannotJudge) return nothing;
  const label = bench.setup?.rubric.cannot_judge?.find(({ code }) => code === cannotJudge.reason)?.label;
  return html`<section class="wb-unjudged" data-test="unjudged">
    <h2>Cannot judge</h2>
    <p>${label ?? cannotJudge.reason}${cannotJudge.note ? `: ${cannotJudge.note}` : ""}</p>
    ${
      bench.desk?.editable
        ? html`<button type="button" class="wb-button" data-test="judge-after-all" @click=${() => w.cannotJudge(null)}>Judge it after all</button>`
        : nothing
    }
  </section>`;
}

function pastView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  if (bench.desk?.kind !== "past") return nothing;
  return html`<section class="wb-past">
    <p><strong>${bench.desk.editable ? "Revising" : "Looking at"} ${bench.desk.item}</strong>
      <span class="wb-soft">${bench.desk.editable ? "The earlier answer stays on record." : "Only evaluations under the guideline in force can be revised, while the project is open."}</span></p>
    <button type="button" class="wb-button" data-test="past-close" @click=${() => w.session.closePast()}>Back to work <kbd>Esc</kbd></button>
  </section>`;
}

export const panelView = (w: Workbench, bench: Bench): TemplateResult =>
  html`${bench.notices.map((each) => notice(w, each))}
    ${
      bench.desk
        ? html`${pastView(w, bench)} ${promptView(bench)} ${cannotJudgeView(w, bench)} ${criteriaView(w, bench)}
          ${precedentsView(w, bench)} ${marksView(w, bench)} ${explanationView(w, bench)}`
        : nothing
    }`;
