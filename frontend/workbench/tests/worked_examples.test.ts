// @vitest-environment jsdom
import { nothing, render } from "lit/html.js";
import { expect, test } from "vitest";
import { guidelineNodes } from "../src/panel/guideline.ts";
import { withWorkedExamples, workedAt } from "../src/panel/worked_examples.ts";
import type { WorkbenchSetup, WorkedExample } from "../src/state/wire.ts";
import { setup } from "./cast.ts";

const SEAM: WorkedExample = {
  criterion: "plausibility",
  clause: "PL-1",
  item: "owl.png",
  images: ["/api/v1/images/a/thumbnail"],
  right: 2,
  right_in_words: "2 Grave faults",
  wrong: 4,
  wrong_in_words: "4 Minor faults",
  why: "The seam shows.",
};
const clauses = ["PL-1", "PL-2"].map((anchor) => ({ anchor, title: anchor }));
const shown: WorkbenchSetup = {
  ...setup,
  guideline: { ...setup.guideline, clauses },
  worked_examples: [SEAM],
};

const words = (template: unknown): string => {
  const host = document.createElement("div");
  render(template, host);
  return (host.textContent ?? "").replace(/\s+/g, " ").trim();
};

test("each answer says in words whether it is right for the image or only tempting, and why", () => {
  expect(words(workedAt(shown, "plausibility", 2))).toBe("Right The seam shows.");
  expect(words(workedAt(shown, "plausibility", 4))).toBe(
    "Tempting, but wrong It is 2 Grave faults. The seam shows.",
  );
});

test("an answer or a question that no example speaks of shows nothing", () => {
  expect(workedAt(shown, "plausibility", 3)).toBe(nothing);
  expect(workedAt(shown, "overall", 2)).toBe(nothing);
  expect(workedAt(setup, "plausibility", 2)).toBe(nothing);
});

test("an example stands at the end of its clause in the guideline", () => {
  const html = '<p>Before</p><h2 id="PL-1">PL-1</h2><p>Faults.</p><h2 id="PL-2">PL-2</h2><p>Others.</p>';
  const host = document.createElement("div");
  host.append(...withWorkedExamples([...guidelineNodes(html).childNodes], shown));

  expect([...host.children].map(({ localName }) => localName)).toEqual(["p", "h2", "p", "div", "h2", "p"]);
  const example = host.querySelector("[data-test=worked-example]");
  expect(example?.textContent).toContain("Worked example");
  expect([...(example?.querySelectorAll("li") ?? [])].map(({ className }) => className)).toEqual([
    "is-right",
    "is-wrong",
  ]);
  expect(example?.querySelector("img")?.getAttribute("src")).toBe("/api/v1/images/a/thumbnail");
});

test("a guideline without examples stays as it is", () => {
  const text = [...guidelineNodes("<h2 id=PL-1>PL-1</h2>").childNodes];

  expect(withWorkedExamples(text, { ...shown, worked_examples: [] })).toEqual(text);
  expect(withWorkedExamples(text, { ...shown, worked_examples: [{ ...SEAM, clause: null }] })).toEqual(text);
});
