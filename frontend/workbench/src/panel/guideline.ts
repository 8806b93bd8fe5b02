/** The guideline beside the work, at the clause that is needed. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { named } from "../keymap.ts";
import type { Bench } from "../state/bench.ts";
import type { Workbench } from "../workbench.ts";
import { icon } from "./icons.ts";

const ELEMENTS = new Set(
  "a abbr b blockquote br caption code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s section small span strong sub sup table tbody td th thead tr u ul".split(
    " ",
  ),
);
const ATTRIBUTES = new Set([
  "id",
  "href",
  "src",
  "alt",
  "title",
  "class",
  "colspan",
  "rowspan",
  "start",
  "lang",
  "dir",
]);
const SAFE_URL = /^(?:https?:|mailto:|\/(?!\/)|#|\.)/i;

interface Policy {
  createHTML(text: string): unknown;
}

/** The server has sanitised the text; the policy names the one place where it becomes elements. */
const policy: Policy | undefined = (
  globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
).trustedTypes?.createPolicy("rubrica-guideline", { createHTML: (text) => text });

/** Elements of a guideline, with anything that does not belong there left out: a second line behind the server's. */
export function guidelineNodes(text: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = (policy ? policy.createHTML(text) : text) as string;
  for (const element of template.content.querySelectorAll("*")) clean(element);
  return template.content;
}

function clean(element: Element): void {
  if (!ELEMENTS.has(element.localName)) {
    element.remove();
    return;
  }
  for (const { name, value } of [...element.attributes]) {
    const url = name === "href" || name === "src";
    if (!ATTRIBUTES.has(name) || (url && !SAFE_URL.test(value))) element.removeAttribute(name);
  }
  if (element.localName === "a" && !element.getAttribute("href")?.startsWith("#")) {
    element.setAttribute("target", "_blank");
    element.setAttribute("rel", "noopener noreferrer");
  }
}

/** The heading of a clause, whichever way its id was written. */
export function clauseHeading(root: ParentNode, anchor: string): HTMLElement | null {
  const wanted = anchor.toLowerCase();
  const headings = [...root.querySelectorAll<HTMLElement>("h1,h2,h3,h4,h5,h6")];
  const named = (id: string): boolean => id === wanted || id === `clause-${wanted}`;
  return (
    headings.find(({ id }) => named(id.toLowerCase())) ??
    headings.find(({ textContent }) => `${textContent} `.toLowerCase().startsWith(`${wanted} `)) ??
    null
  );
}

export function guidelineView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const { setup, guideline } = bench;
  if (!setup || !guideline) return nothing;
  return html`<header>
      <h2>Guideline <span class="wb-soft">version ${setup.guideline.version}</span></h2>
      <label class="wb-field is-inline">
        <span class="wb-unseen">Clause</span>
        <select data-test="guideline-clause" @change=${(event: Event) => w.reading.show((event.target as HTMLSelectElement).value || null)}>
          <option value="" ?selected=${!guideline.anchor}>Go to a clause…</option>
          ${setup.guideline.clauses.map(
            ({ anchor, title }) =>
              html`<option value=${anchor} ?selected=${anchor === guideline.anchor}>${anchor} ${title}</option>`,
          )}
        </select>
      </label>
      ${guideline.anchor && bench.desk?.editable && setup.rubric.explanation ? citeButton(w, guideline.anchor) : nothing}
      <button type="button" class="wb-quiet" aria-label="Close the guideline" title=${named("Close", w.keys.keyOf("guideline"))} data-test="guideline-close" @click=${() => w.reading.close()}>
        ${icon("close")}
      </button>
    </header>
    <div class="wb-reading" tabindex="0" role="region" aria-label="Text of the guideline" data-test="guideline-text">${w.reading.text()}</div>`;
}

const citeButton = (w: Workbench, anchor: string): TemplateResult =>
  html`<button type="button" class="wb-quiet" data-test="cite-clause" title="Name ${anchor} in the explanation" @click=${() => w.cite(anchor)}>Cite ${anchor}</button>`;
