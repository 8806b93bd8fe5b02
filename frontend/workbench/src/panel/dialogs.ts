/** What opens above the work for a moment: the keys, skipping, not judging. */

import { html, type TemplateResult } from "lit/html.js";
import { type Bench, draftOf } from "../state/bench.ts";
import type { Reason } from "../state/wire.ts";
import type { Workbench } from "../workbench.ts";
import { icon } from "./icons.ts";
import { keysView } from "./keys.ts";
import { questionView } from "./question.ts";

const SKIP_REASONS: readonly Reason[] = [
  { code: "did_not_load", label: "The image did not load" },
  { code: "too_hard", label: "Too hard for me" },
  { code: "conflict_of_interest", label: "I have a part in it (conflict of interest)" },
  { code: "distressing", label: "I do not want to look at this" },
  { code: "other", label: "Another reason" },
];

const header = (w: Workbench, title: string): TemplateResult =>
  html`<header>
    <h2 id="wb-dialog-title">${title}</h2>
    <button type="button" class="wb-quiet" aria-label="Close" @click=${() => w.dialogue.close()}>${icon("close")}</button>
  </header>`;

function reasonForm(
  w: Workbench,
  title: string,
  reasons: readonly Reason[],
  verb: string,
  chosen: { readonly reason: string; readonly note: string } | null,
  done: (reason: string, note: string) => void,
): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    w.dialogue.close(false);
    done(String(given.get("reason")), String(given.get("note") ?? "").trim());
  };
  return html`${header(w, title)}
    <form @submit=${submit}>
      <fieldset class="wb-reasons">
        <legend class="wb-unseen">Reason</legend>
        ${reasons.map(
          ({ code, label }, index) => html`<label class="wb-check">
            <input type="radio" name="reason" value=${code} required data-test=${`reason-${code}`}
              .checked=${chosen ? chosen.reason === code : index === 0} />
            <span>${label}</span>
          </label>`,
        )}
      </fieldset>
      <label class="wb-field"><span>Note (optional)</span>
        <input type="text" name="note" maxlength="500" .value=${chosen?.note ?? ""} data-test="reason-note" /></label>
      <footer>
        <button type="button" class="wb-button" @click=${() => w.dialogue.close()}>Go back</button>
        <button type="submit" class="wb-button is-main" data-test="reason-done">${verb}</button>
      </footer>
    </form>`;
}

/** Scores and evidence that do not go together: a question, not a refusal. */
function keep(w: Workbench, bench: Bench): TemplateResult {
  const asked = w.questions();
  const [first] = asked;
  const change = (): void => {
    w.dialogue.close(false);
    if (first) w.goTo({ kind: "criterion", id: first.kept.criterion });
  };
  return html`${header(w, "Keep this answer?")}
    <ul class="wb-questions">
      ${asked.map(({ words }) => html`<li data-test="question">${words}.</li>`)}
    </ul>
    <p class="wb-soft">Either may be right. If you keep it, the evaluation notes that you were asked.</p>
    <footer>
      <button type="button" class="wb-button" data-test="change" autofocus @click=${change}>Change</button>
      <button type="button" class="wb-button is-main" data-test="keep" @click=${() => w.keep()}>
        ${bench.desk?.kind === "past" ? "Keep and save" : "Keep and submit"}
      </button>
    </footer>`;
}

export function dialogView(w: Workbench, bench: Bench): TemplateResult {
  switch (bench.dialog) {
    case "skip":
      return reasonForm(w, "Skip this item", SKIP_REASONS, "Skip", null, (reason, note) =>
        w.session.skip(reason, note),
      );
    case "cannot-judge": {
      const reasons = bench.setup?.rubric.cannot_judge ?? [];
      return reasonForm(
        w,
        "Cannot judge",
        reasons,
        "Cannot judge",
        draftOf(bench).cannotJudge,
        (reason, note) => w.cannotJudge({ reason, note }),
      );
    }
    case "keep":
      return keep(w, bench);
    case "question":
      return questionView(w, bench, header(w, "The rules do not decide"));
    default:
      return html`${header(w, "Keys")}${keysView(w, bench)}`;
  }
}
