/** The rubric, items and people that the tests tell of. */

import { type Bench, deskFor, lay, START } from "../src/state/bench.ts";
import { type Draft, EMPTY, type Mark, newMark } from "../src/state/draft.ts";
import type { Shape } from "../src/state/geometry.ts";
import type { Assignment, Criterion, Rubric, WorkbenchSetup } from "../src/state/wire.ts";

export const plausibility: Criterion = {
  id: "plausibility",
  name: "Plausibility",
  question: "Could what is shown exist as shown?",
  type: "scale",
  clause: "PL-1",
  required: true,
  levels: [3, 2, 1].map((value) => ({ value, label: `Level ${value}`, anchor: `Sentence ${value}.` })),
};

export const verdict: Criterion = {
  id: "verdict",
  name: "Verdict",
  type: "choice",
  required: false,
  options: [
    { code: "keep", label: "Keep" },
    { code: "drop", label: "Drop" },
  ],
};

export const faults: Criterion = {
  id: "faults",
  name: "Faults",
  type: "ticks",
  required: false,
  options: [
    { code: "noise_minor", label: "Noise, minor", group: "noise" },
    { code: "noise_major", label: "Noise, major", group: "noise" },
    { code: "tint", label: "Tint" },
  ],
};

export const rubric: Rubric = {
  key: "audit",
  name: "Audit",
  unit: "single",
  prompt: "shown",
  criteria: [plausibility, verdict, faults],
  taxonomy: {
    version: 1,
    groups: [
      {
        code: "ANAT",
        name: "Anatomy",
        fault: true,
        parts: ["hand", "animal_part"],
        errors: [
          { code: "missing", name: "Missing part", anchor: "Not there." },
          { code: "extra", name: "Extra part", anchor: "One too many." },
        ],
      },
      {
        code: "STYLE",
        name: "Style",
        fault: false,
        parts: [],
        errors: [{ code: "flat", name: "Flat colours" }],
      },
    ],
  },
  severities: [
    { value: 1, name: "minor" },
    { value: 2, name: "moderate" },
    { value: 3, name: "major" },
    { value: 4, name: "critical" },
  ],
  marks: { shapes: ["point", "box", "polygon"], required_when: [{ criterion: "plausibility", at_most: 1 }] },
  explanation: {
    label: "Why",
    max_characters: 40,
    required_when: [{ criterion: "verdict", any_of: ["drop"] }, { severity_at_least: 3 }],
    cite_mark: true,
  },
  cannot_judge: [{ code: "did_not_load", label: "The image did not load" }],
};

export const box: Shape = { kind: "box", x: 0.1, y: 0.1, width: 0.2, height: 0.1 };

export const mark = (change: Partial<Mark> = {}): Mark => ({
  ...newMark("m1", "a", box),
  code: "ANAT.extra",
  severity: 2,
  ...change,
});

export const draft = (change: Partial<Draft> = {}): Draft => ({ ...EMPTY, ...change });

/** Everything that must be said, said. */
export const complete: Draft = draft({ answers: { plausibility: 3 } });

export const assignment = (id: string, change: Partial<Assignment> = {}): Assignment => ({
  id,
  item: `item-${id}`,
  leased_until: "2026-11-24T13:00:00Z",
  guideline_version: 3,
  prompt: "Two dogs",
  images: [
    {
      slot: "a",
      width: 100,
      height: 80,
      view_url: `/images/${id}/view`,
      thumbnail_url: `/images/${id}/thumbnail`,
      tiles: null,
    },
  ],
  ...change,
});

export const setup: WorkbenchSetup = {
  project: { slug: "dogs", name: "Dogs" },
  rater: { name: "Rita" },
  guideline: { version: 3, content_hash: "0", html: "<h2 id=PL-1>PL-1</h2>", clauses: [] },
  rubric,
  limits: { hold: 2 },
  progress: { done: 0, remaining: 9 },
};

/** A bench on which Rita has one item. */
export const bench = (change: Partial<Bench> = {}): Bench => ({
  ...lay(
    { ...START, setup },
    deskFor(assignment("one"), undefined, () => "key-1", 0, 1000),
  ),
  ...change,
});
