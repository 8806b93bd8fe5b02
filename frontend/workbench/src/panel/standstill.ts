/** What is said when there is nothing on the desk: why, and what to do. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Bench } from "../state/bench.ts";
import type { Workbench } from "../workbench.ts";

function limitWords(againAt: number | null): string {
  const limit =
    "This project limits how many images one person looks at within an hour, and you have reached it.";
  if (againAt === null) return limit;
  const clock = new Date(againAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return `${limit} Work goes on at ${clock}, by itself.`;
}

export function standstillView(w: Workbench, bench: Bench): TemplateResult | typeof nothing {
  const again = html`<button type="button" class="wb-button is-main" data-test="again" @click=${() => w.again()}>Check again</button>`;
  const home = html`<a class="wb-button" href=${w.home}>Back to the project</a>`;
  const said = (title: string, detail: string, ways: unknown): TemplateResult =>
    html`<div class="wb-standstill" data-test=${`phase-${bench.phase}`}><h2 tabindex="-1">${title}</h2><p>${detail}</p><div class="wb-actions">${ways}</div></div>`;
  const unsent = bench.saves.unkept
    ? "What you submitted is on this page only: leave it open. It is"
    : "What you submitted is kept in this browser and";
  const ended = (): TemplateResult =>
    said(
      "Your session has ended",
      bench.saves.unkept
        ? "Log in again in another tab, and leave this page open: what was not sent is on it only."
        : "Log in again to go on. Anything unsent is kept in this browser.",
      html`<a class="wb-button is-main" href=${location.href} data-test="log-in-here">Log in again</a>`,
    );
  switch (bench.phase) {
    case "loading":
      return said("Opening the workbench…", "", nothing);
    case "waiting":
      if (bench.saves.state === "expired") return ended();
      return bench.saves.state === "offline"
        ? said(
            "You are offline",
            `${unsent} sent as soon as the network is back. The next item comes then.`,
            again,
          )
        : said("Fetching the next item…", "", nothing);
    case "empty":
      return said(
        "All done for now",
        "There is no item left for you in this project. New items, or items that others give back, appear here.",
        [again, home],
      );
    case "elsewhere":
      return said(
        "You are at work in another tab",
        "One tab at a time works on a project, so that drafts do not overwrite each other. When that tab closes, work goes on here.",
        [
          html`<button type="button" class="wb-button is-main" data-test="work-here" @click=${() => w.turn.takeOver()}>Work here instead</button>`,
          home,
        ],
      );
    case "limited":
      return said("Time for a rest", limitWords(bench.againAt), [again, home]);
    case "changed":
      return said(
        "The guideline has changed",
        "The rules are not what they were: new work is given once you have read what changed.",
        html`<a class="wb-button is-main" href=${w.news} data-test="read-news-first">Read what changed</a>`,
      );
    case "tested":
      return said(
        "The test is over",
        "You have not passed it this time. What was right, what was not and why, and from when you can take it again, is shown under Tests.",
        [html`<a class="wb-button is-main" href=${w.tests} data-test="read-test">See how it went</a>`, home],
      );
    case "engagement_paused":
      return said(
        "You get no new work here at present",
        "Why, until when and what you can do about it stands under Engagements. Everything you submitted is saved.",
        [html`<a class="wb-button is-main" href="/engagements/">See my engagements</a>`, again, home],
      );
    case "screened":
      return said(
        "Nothing is left to judge here",
        "How it went, and what comes next, is shown with your application.",
        html`<a class="wb-button is-main" href=${w.tests} data-test="read-screening">Back to your application</a>`,
      );
    case "paused":
      return said(
        "This project is paused",
        "The lead has paused it. Everything you submitted is saved; nothing is needed from you.",
        [again, home],
      );
    case "closed":
      return said(
        "This project is closed",
        "Its evaluation is complete. Everything you submitted is saved.",
        home,
      );
    case "unstarted":
      return said(
        "This project has not started",
        "Its guideline is not published yet. Work appears here when it is.",
        [again, home],
      );
    case "expired":
      return ended();
    case "failed":
      return said("The workbench could not open", bench.failure, [again, home]);
    case "working":
      return nothing;
  }
}
