/** The coach asks when the writing pauses, once, and nobody notices when nobody answers. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { travel } from "../src/actions.ts";
import { Coach, PAUSE } from "../src/coach.ts";
import { Focus } from "../src/focus.ts";
import { hints } from "../src/state/advice.ts";
import { type Bench, draftOf, edit } from "../src/state/bench.ts";
import { explain } from "../src/state/draft.ts";
import { createStore, type Store } from "../src/state/store.ts";
import type { CheckedExplanation, Finding } from "../src/state/wire.ts";
import { ApiError } from "../src/transport/api.ts";
import { bench } from "./cast.ts";

const spelling: Finding = {
  code: "spelling",
  blocks: false,
  message: "“teh” may be misspelt",
  spans: [[0, 3]],
  suggestion: "the",
};
const focus = new Focus({ querySelector: () => null } as unknown as HTMLElement);

let store: Store<Bench>;
let asked: unknown[];
let answer: () => Promise<CheckedExplanation>;
let coach: Coach;

beforeEach(() => {
  vi.useFakeTimers();
  store = createStore(bench());
  asked = [];
  answer = async () => ({ findings: [spelling], language: "checked" });
  const check = (draft: unknown) => {
    asked.push(draft);
    return answer();
  };
  coach = new Coach(store, { check }, focus);
});

afterEach(() => vi.useRealTimers());

const write = (text: string): void => {
  store.set((now) => edit(now, (draft) => explain(draft, text), "explanation"));
};
const pause = () => vi.advanceTimersByTimeAsync(PAUSE);
const shown = () => hints(store.get().advice, draftOf(store.get()).explanation);

test("a pause in the writing brings hints, said once", async () => {
  write("teh");
  write("teh hand");
  await pause();

  expect(asked).toEqual([{ answers: { faults: [] }, marks: [], explanation: "teh hand", version: 3 }]);
  expect(shown().map(({ finding }) => finding.message)).toEqual(["“teh” may be misspelt"]);
  expect(store.get().said).toBe("1 hint on the explanation.");
  store.set({ said: "" });
  write("teh hand is");
  await pause();
  expect(asked).toHaveLength(2);
  expect(store.get().said).toBe("");
});

test("an empty text is nobody's business, nor is anything that changes beside the draft", async () => {
  store.set({ criterion: "verdict" });
  write(" ");
  await pause();

  expect(asked).toEqual([]);
});

test("an answer to a text that has changed since is not shown", async () => {
  let reply: (checked: CheckedExplanation) => void = () => {};
  answer = () =>
    new Promise((resolve) => {
      reply = resolve;
    });
  write("teh hand");
  await pause();
  write("teh hands");
  reply({ findings: [spelling], language: "checked" });
  await vi.advanceTimersByTimeAsync(0);

  expect(shown()).toEqual([]);
});

test("without a server there are no hints, and nothing is said of it", async () => {
  answer = () => Promise.reject(new ApiError("unreachable", 0, "No connection", ""));
  write("teh hand");
  await pause();

  expect(shown()).toEqual([]);
  expect([store.get().said, store.get().notices]).toEqual(["", []]);
});

test("a proposal is written in, and undone on its own", async () => {
  write("teh hand");
  await pause();
  const [hint] = shown();
  if (hint) coach.takeUp(hint);

  expect(draftOf(store.get()).explanation).toBe("the hand");
  expect(shown()).toEqual([]);
  store.set((now) => travel(now, "undo"));
  expect(draftOf(store.get()).explanation).toBe("teh hand");
});

test("a hint that is dismissed is gone, and the text is as it was", async () => {
  write("teh hand");
  await pause();
  const [hint] = shown();
  if (hint) coach.dismiss(hint);

  expect(shown()).toEqual([]);
  expect(draftOf(store.get()).explanation).toBe("teh hand");
});
