import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PAUSE, PrecedentSearch } from "../src/precedents.ts";
import { type Bench, deskFor, edit, lay, START } from "../src/state/bench.ts";
import { addMark, answer, editMark, newMark } from "../src/state/draft.ts";
import { createStore } from "../src/state/store.ts";
import type { Precedent } from "../src/state/wire.ts";
import { ApiError } from "../src/transport/api.ts";
import { assignment, setup } from "./cast.ts";

const RULING: Precedent = {
  number: 1,
  question: "Is a seam a fault?",
  decision: "A seam is a fault",
  rationale: "It is seen.",
  clause: "",
  criterion: "",
  code: "",
  decided_at: "2026-11-24T12:00:00Z",
  raised_by: "Rita",
  thumbnail_url: null,
  alike: [],
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pause = (): Promise<unknown> => vi.advanceTimersByTimeAsync(PAUSE);

function begin(answers: () => Promise<readonly Precedent[]> = async () => [RULING], unlike = false) {
  const asked: unknown[] = [];
  const store = createStore<Bench>({ ...START, setup });
  const search = new PrecedentSearch(store, {
    precedents: (...sought: unknown[]) => {
      asked.push(sought);
      return answers().then((precedents) => ({ precedents, unlike }));
    },
  });
  const take = (id: string): void =>
    store.set((bench) =>
      lay(
        bench,
        deskFor(assignment(id), undefined, () => `key-${id}`, 0, 1),
      ),
    );
  take("one");
  return { asked, store, search, take };
}

const [criterion] = setup.rubric.criteria;
if (!criterion) throw new Error("the cast has criteria");
const giveFirst = (bench: Bench): Bench => edit(bench, (draft) => answer(draft, criterion, 1));
const mark = (bench: Bench): Bench =>
  edit(bench, (draft) => addMark(draft, newMark("m", "a", { kind: "point", x: 0.5, y: 0.5 })));
const named = (bench: Bench, code: string): Bench => edit(bench, (draft) => editMark(draft, "m", { code }));

test("nothing is looked for, or shown, before the first answer", async () => {
  const { asked, store } = begin();
  await pause();
  store.set(mark);
  await pause();
  expect(asked).toEqual([]);
  expect(store.get().precedents).toBeNull();

  store.set(giveFirst);
  await pause();
  expect(asked).toEqual([["one", [], ""]]);
  expect(store.get().precedents?.found).toEqual([RULING]);
});

test("what looks like nothing that was ruled on is said with the rulings", async () => {
  const { store } = begin(async () => [], true);
  store.set(giveFirst);
  await pause();
  expect(store.get().precedents).toMatchObject({ found: [], unlike: true });
});

test("what a check proposed is no answer of the person's", async () => {
  const { asked, store } = begin();
  const proposals = [{ criterion: criterion.id, answer: 1, because: "measured" }];
  store.set((bench) =>
    lay(
      bench,
      deskFor(assignment("two", { proposals }), undefined, () => "k", 0, 1),
    ),
  );
  await pause();
  expect(asked).toEqual([]);
  store.set((bench) => edit(bench, (draft) => answer(draft, criterion, 2)));
  await pause();
  expect(asked).toHaveLength(1);
});

test("a mark that is named asks again, once, for its code", async () => {
  const { asked, store } = begin();
  store.set(giveFirst);
  await pause();
  store.set(mark);
  store.set((bench) => named(bench, "ANAT.extra"));
  await pause();
  await pause();
  expect(asked).toEqual([
    ["one", [], ""],
    ["one", ["ANAT.extra"], ""],
  ]);
});

test("words are looked for once the typing pauses", async () => {
  const { asked, store, search } = begin();
  store.set(giveFirst);
  await pause();
  search.look("sea");
  search.look("seam ");
  await pause();
  expect(asked.at(-1)).toEqual(["one", [], "seam"]);
  expect(asked).toHaveLength(2);
  expect(store.get().precedents?.words).toBe("seam ");
});

test("the next item begins without precedents, and an answer for the last is dropped", async () => {
  let arrive: (found: readonly Precedent[]) => void = () => {};
  const late = new Promise<readonly Precedent[]>((resolve) => {
    arrive = resolve;
  });
  const { store, take } = begin(() => late);
  store.set(giveFirst);
  await pause();
  take("two");
  arrive([RULING]);
  await pause();
  expect(store.get().precedents).toBeNull();
});

test("a failure is not asked again before something else is marked", async () => {
  const { asked, store } = begin(async () => {
    throw new ApiError("unreachable", 0, "No connection", "");
  });
  store.set(giveFirst);
  await pause();
  for (const said of ["one", "two", "three"]) store.set({ said });
  await pause();
  expect(asked).toHaveLength(1);
  store.set((bench) => named(mark(bench), "ANAT.extra"));
  await pause();
  expect(asked).toHaveLength(2);
});

test("without a server the work goes on, and a search says so", async () => {
  let reachable = true;
  const { store, search } = begin(async () => {
    if (reachable) return [RULING];
    throw new ApiError("unreachable", 0, "No connection", "");
  });
  store.set(giveFirst);
  await pause();
  reachable = false;
  search.look("seam");
  await pause();
  expect(store.get().precedents).toMatchObject({ failed: true, found: [RULING] });
});
