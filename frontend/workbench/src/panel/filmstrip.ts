/** The last five evaluations of one's own; those under the guideline in force can be revised. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Bench } from "../state/bench.ts";
import type { PastEvaluation } from "../state/wire.ts";
import type { Letter } from "../transport/shelf.ts";
import type { Workbench } from "../workbench.ts";

const SHOWN = 5;

const clock = (time: string | number): string =>
  new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function filmstripView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const sending = w.session.outbox.waiting.filter(({ kind }) => kind === "submission").reverse();
  const known = bench.past.slice(0, Math.max(0, SHOWN - sending.length));
  if (sending.length + known.length === 0) return nothing;
  return html`<h2 id="wb-film-title">Your last</h2>
    <ol aria-labelledby="wb-film-title" data-test="filmstrip">
      ${sending.slice(0, SHOWN).map(onItsWay)} ${known.map((past) => frame(w, bench, past))}
    </ol>`;
}

/** Without network there may be no thumbnail either: the words remain. */
const hide = (event: Event): void => {
  (event.target as HTMLElement).style.visibility = "hidden";
};

const onItsWay = (letter: Letter): TemplateResult =>
  html`<li><span class="wb-frame is-sending" title=${`${letter.item}: not sent yet`}>
    <img src=${letter.thumbnail} alt="" @error=${hide} /><span>not sent<span class="wb-unseen">: ${letter.item}</span></span>
  </span></li>`;

function frame(w: Workbench, bench: Bench, past: PastEvaluation): TemplateResult {
  const open = bench.desk?.id === past.id;
  const under = past.revisable ? "revise" : clock(past.submitted_at);
  const says = past.revisable
    ? `${past.item}, ${clock(past.submitted_at)}: revise`
    : `${past.item}, ${under}`;
  return html`<li><button
    type="button"
    class="wb-frame"
    title=${says}
    aria-label=${says}
    aria-pressed=${open}
    data-test=${`past-${past.id}`}
    @click=${() => (open ? w.session.closePast() : void w.session.openPast(past))}
  >
    <img src=${past.thumbnail_url} alt="" loading="lazy" />
    <span>${under}</span>
  </button></li>`;
}
