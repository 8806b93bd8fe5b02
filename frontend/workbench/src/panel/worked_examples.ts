/** Worked examples: an image with the right answer and a tempting wrong one, told apart by word, sign and line. */

import { html, nothing, render, type TemplateResult } from "lit/html.js";
import type { WorkbenchSetup, WorkedExample } from "../state/wire.ts";

const pictures = (example: WorkedExample): TemplateResult =>
  html`<span class="wb-worked-images">${example.images.map((url) => html`<img src=${url} alt="" loading="lazy" />`)}</span>`;

/** What worked examples say of one answer: that it is right for an image, or wrong for it, and why. */
export function workedAt(
  setup: WorkbenchSetup | null | undefined,
  criterion: string,
  answer: number | string,
): TemplateResult | typeof nothing {
  const about = (setup?.worked_examples ?? []).filter(
    (example) => example.criterion === criterion && [example.right, example.wrong].includes(answer),
  );
  if (about.length === 0) return nothing;
  return html`<span class="wb-worked-row">${about.map((example) => {
    const isRight = example.right === answer;
    return html`<span class=${`wb-worked ${isRight ? "is-right" : "is-wrong"}`} data-test="worked-at-answer">
      ${pictures(example)}
      <span><strong class="wb-worked-word">${isRight ? "Right" : "Tempting, but wrong"}</strong>${isRight ? nothing : ` It is ${example.right_in_words}.`} ${example.why}</span>
    </span>`;
  })}</span>`;
}

function workedView(example: WorkedExample, name: string): TemplateResult {
  return html`<figure class="wb-worked-whole" data-test="worked-example">
    ${pictures(example)}
    <figcaption>
      <p class="wb-soft">Worked example · ${name}</p>
      <ul>
        <li class="is-right"><strong class="wb-worked-word">Right</strong> ${example.right_in_words}</li>
        <li class="is-wrong"><strong class="wb-worked-word">Tempting, but wrong</strong> ${example.wrong_in_words}</li>
      </ul>
      <p>${example.why}</p>
    </figcaption>
  </figure>`;
}

/** The text of a guideline with the worked examples of each clause at its end. */
export function withWorkedExamples(text: readonly Node[], setup: WorkbenchSetup): Node[] {
  const anchors = new Set(setup.guideline.clauses.map(({ anchor }) => anchor));
  const shown: Node[] = [];
  let clause: string | null = null;
  for (const node of text) {
    const next = node instanceof HTMLElement && anchors.has(node.id) ? node.id : null;
    if (next) {
      shown.push(...examplesOf(clause, setup));
      clause = next;
    }
    shown.push(node);
  }
  return [...shown, ...examplesOf(clause, setup)];
}

function examplesOf(clause: string | null, setup: WorkbenchSetup): Node[] {
  const examples = (setup.worked_examples ?? []).filter((example) => clause && example.clause === clause);
  if (examples.length === 0) return [];
  const host = document.createElement("div");
  const name = (id: string): string => setup.rubric.criteria.find((each) => each.id === id)?.name ?? id;
  render(
    examples.map((example) => workedView(example, name(example.criterion))),
    host,
  );
  return [host];
}
