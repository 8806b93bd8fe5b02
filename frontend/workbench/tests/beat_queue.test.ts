import { describe, expect, test } from "vitest";
import type { Beat } from "../src/clock/pulse.ts";
import { type Late, type Message, Queue, type Sent, sendLeftovers } from "../src/clock/queue.ts";
import { TimeServer } from "../src/clock/server.ts";

const beat = (number: number): Beat => ({
  number,
  counter: number * 15_000,
  page: "workbench",
  task: "",
  visible: true,
  inputs: 1,
  answered: false,
});

class Memory implements Storage {
  readonly #kept = new Map<string, string>();
  get length(): number {
    return this.#kept.size;
  }
  key = (place: number): string | null => [...this.#kept.keys()][place] ?? null;
  getItem = (key: string): string | null => this.#kept.get(key) ?? null;
  setItem = (key: string, text: string): void => void this.#kept.set(key, text);
  removeItem = (key: string): void => void this.#kept.delete(key);
  clear = (): void => this.#kept.clear();
}

/** A server that is as it is told to be. */
class Line {
  readonly heard: Message[] = [];
  answers: Sent[] = [];
  send = async (message: Message): Promise<Sent> => {
    this.heard.push(message);
    return this.answers.shift() ?? { is: "taken", late: null };
  };
}

const set = (late: (late: Late) => void = () => {}): { line: Line; storage: Memory; queue: Queue } => {
  const line = new Line();
  const storage = new Memory();
  return { line, storage, queue: new Queue("a-page", "beats:a-page", storage, line.send, late) };
};

const numbers = ({ heard }: Line): number[][] => heard.map(({ beats }) => beats.map(({ number }) => number));

describe("beats on their way", () => {
  test("are sent with the page's counter, and forgotten once the server has them", async () => {
    const { line, storage, queue } = set();
    queue.add(beat(0));
    queue.add(beat(1));
    expect(storage.length).toBe(1);
    await queue.flush(20_000);
    await queue.flush(21_000);
    expect(line.heard).toEqual([{ session: "a-page", counter: 20_000, beats: [beat(0), beat(1)] }]);
    expect([queue.waiting, storage.length]).toEqual([0, 0]);
  });

  test("wait while there is no server, and come in order when it is back", async () => {
    const { line, queue } = set();
    line.answers = [{ is: "away" }, { is: "away" }];
    queue.add(beat(0));
    await queue.flush(1);
    queue.add(beat(1));
    await queue.flush(2);
    await queue.flush(3);
    expect(numbers(line)).toEqual([[0], [0, 1], [0, 1]]);
    expect(queue.waiting).toBe(0);
  });

  test("that the server refuses are not sent for ever", async () => {
    const { line, queue } = set();
    line.answers = [{ is: "refused" }];
    queue.add(beat(0));
    await queue.flush(1);
    expect(queue.waiting).toBe(0);
  });

  test("that are added while others are under way are sent next", async () => {
    const { line, queue } = set();
    queue.add(beat(0));
    const first = queue.flush(1);
    queue.add(beat(1));
    await queue.flush(1);
    await first;
    await queue.flush(2);
    expect(numbers(line)).toEqual([[0], [1]]);
  });

  test("that are too many are the newest", async () => {
    const { line, queue } = set();
    for (let number = 0; number < 250; number++) queue.add(beat(number));
    await queue.flush(1);
    expect([line.heard[0]?.beats.length, line.heard[0]?.beats[0]?.number]).toEqual([200, 50]);
  });

  test("that came too late are told, so that they can be claimed", async () => {
    const late: Late[] = [];
    const { line, queue } = set((each) => late.push(each));
    const period = { started_at: "2026-03-02T12:00:00Z", ended_at: "2026-03-02T12:10:00Z" };
    line.answers = [{ is: "taken", late: period }];
    queue.add(beat(0));
    await queue.flush(1);
    expect(late).toEqual([period]);
  });

  test("are kept for the next page when this one is left without a network", async () => {
    const { line, storage, queue } = set();
    line.answers = [{ is: "away" }];
    queue.add(beat(3));
    queue.leave(50_000);
    await Promise.resolve();
    expect(storage.length).toBe(1);

    const locks = {
      request: async (_: string, __: LockOptions, held: (lock: unknown) => unknown) => held({}),
    };
    await sendLeftovers("beats:", "beats:mine", storage, locks as unknown as LockManager, line.send);
    expect(numbers(line)).toEqual([[3], [3]]);
    expect(storage.length).toBe(0);
  });

  test("of a page that is still open, and what is no beat, are left alone", async () => {
    const { line, storage, queue } = set();
    queue.add(beat(0));
    storage.setItem("beats:broken", "{");
    const held = {
      request: async (_: string, __: LockOptions, take: (lock: unknown) => unknown) => take(null),
    };
    await sendLeftovers("beats:", "beats:mine", storage, held as unknown as LockManager, line.send);
    const free = {
      request: async (_: string, __: LockOptions, take: (lock: unknown) => unknown) => take({}),
    };
    await sendLeftovers("beats:", "beats:a-page", storage, free as unknown as LockManager, line.send);
    expect(line.heard).toEqual([]);
  });

  test("are kept in memory where the browser keeps nothing", async () => {
    const line = new Line();
    const full = new Memory();
    full.setItem = () => {
      throw new Error("full");
    };
    for (const storage of [undefined, full]) {
      const queue = new Queue("a-page", "beats:a-page", storage, line.send);
      queue.add(beat(0));
      await queue.flush(1);
    }
    expect(numbers(line)).toEqual([[0], [0]]);
  });
});

describe("the server", () => {
  const server = (status: number, body: unknown = {}): TimeServer =>
    new TimeServer("/api/v1/projects/audit", () => "token", (async () =>
      status
        ? new Response(JSON.stringify(body), { status })
        : Promise.reject(new Error("offline"))) as typeof fetch);
  const message = { session: "a-page", counter: 1, beats: [beat(0)] };

  test.each([
    [200, { is: "taken", late: null }],
    [0, { is: "away" }],
    [503, { is: "away" }],
    [401, { is: "away" }],
    [422, { is: "refused" }],
    [404, { is: "refused" }],
  ])("that answers %i", async (status, sent) => {
    expect(await server(status, { late: null }).send(message, false)).toEqual(sent);
  });

  test("says why a claim is not taken", async () => {
    const period = { started_at: "a", ended_at: "b" };
    expect(await server(201).claim(period, "thinking")).toBeNull();
    expect(await server(409, { detail: "Claimed already." }).claim(period, "thinking")).toBe(
      "Claimed already.",
    );
    expect(await server(0).claim(period, "outage")).toContain("no connection");
    expect(await server(0).today()).toBeNull();
  });
});
