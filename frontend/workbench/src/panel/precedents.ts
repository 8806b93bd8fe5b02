/** Rulings that help with the item, beside the criterion and as a list that can be searched. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Bench } from "../state/bench.ts";
import type { Precedent } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";

const ALIKE: Readonly<Record<string, string>> = {
  item: "on this item",
  image: "on this image",
  code: "same code",
  similar: "similar image",
  clause: "same clause",
  group: "same group of codes",
  criterion: "same criterion",
  words: "your words",
};

/** Beside the name of a criterion, as many as fit. */
const CHIPS = 3;

const identify = ({ number }: Precedent): string => `wb-precedent-${number}`;

function open(w: Workbench, precedent: Precedent): void {
  const details = w.querySelector<HTMLDetailsElement>(`#${identify(precedent)}`);
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: "nearest" });
  details.querySelector("summary")?.focus({ preventScroll: true });
}

/** The rulings on a criterion, by number, beside its name. */
export function precedentChips(
  w: Workbench,
  bench: Bench,
  criterion: string,
): TemplateResult | typeof nothing {
  const on = (bench.precedents?.found ?? []).filter((each) => each.criterion === criterion);
  if (on.length === 0) return nothing;
  return html`${on.slice(0, CHIPS).map(
    (
      each,
    ) => html`<button type="button" class="wb-ruling" data-test=${`ruling-${each.number}`} title=${each.decision}
      @click=${() => open(w, each)}>R-${each.number}</button>`,
  )}`;
}

function precedentView(w: Workbench, precedent: Precedent): TemplateResult {
  const { number, question, decision, rationale, clause, code, alike, thumbnail_url: thumbnail } = precedent;
  const reasons = alike.flatMap((each) => ALIKE[each] ?? []);
  return html`<li>
    <details id=${identify(precedent)} data-test=${`precedent-${number}`}>
      <summary><span class="wb-soft">R-${number}</span> ${decision}
        ${reasons.length > 0 ? html`<span class="wb-soft"> · ${reasons.join(", ")}</span>` : nothing}</summary>
      <div class="wb-precedent">
        ${thumbnail ? html`<img src=${thumbnail} alt="" loading="lazy" />` : nothing}
        <div>
          <p>${question}</p>
          <p class="wb-soft">${rationale}</p>
          <p>
            ${clause ? html`<button type="button" class="wb-link" @click=${() => w.reading.show(clause)}>${clause}</button>` : nothing}
            ${code ? html`<code>${code}</code>` : nothing}
          </p>
        </div>
      </div>
    </details>
  </li>`;
}

export function precedentsView(w: Workbench, { precedents }: Bench): TemplateResult | typeof nothing {
  if (!precedents) return nothing;
  const { found, unlike, words, failed } = precedents;
  if (found.length === 0 && words === "" && !unlike) return nothing;
  return html`<section class="wb-precedents" aria-labelledby="wb-precedents-title" data-test="precedents">
    <h2 id="wb-precedents-title">Precedents <span class="wb-count">${found.length}</span></h2>
    <label class="wb-field"><span class="wb-unseen">Words of a ruling</span>
      <input type="search" placeholder="Look for words" maxlength="200" data-test="precedent-words" .value=${words}
        @input=${(event: Event) => w.precedents.look((event.target as HTMLInputElement).value)} /></label>
    ${unlike ? html`<p class="wb-soft" role="status" data-test="unlike">Unlike anything ruled on: ask where the rules leave it open.</p>` : nothing}
    ${failed ? html`<p class="wb-soft" role="status">Rulings cannot be looked up at the moment.</p>` : nothing}
    ${
      found.length > 0
        ? html`<ul>${found.map((each) => precedentView(w, each))}</ul>`
        : failed || words === ""
          ? nothing
          : html`<p class="wb-soft" role="status">No ruling has these words.</p>`
    }
  </section>`;
}
