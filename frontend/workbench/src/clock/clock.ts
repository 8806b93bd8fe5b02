/** <rubrica-clock>: beats for the page it stands on, shows what they come to, and asks whether one is still looking. */

import { newKey } from "../identity.ts";
import { csrfToken } from "../transport/api.ts";
import { type Attention, attention, DEFAULT_TERMS, GRACE, type Terms } from "./attention.ts";
import { LONGEST_GAP, Pulse } from "./pulse.ts";
import { type Late, Queue, sendLeftovers } from "./queue.ts";
import { type ClaimReason, TimeServer, type Today } from "./server.ts";
import { clockWords, lengthWords } from "./words.ts";

const LOOK_EVERY = 1_000;
const ASK_EVERY = 60_000;
/** Several at once, as when a pointer moves, are one. */
const ONE_INPUT = 1_000;

const REASONS: readonly (readonly [ClaimReason, string])[] = [
  ["thinking", "Thinking or looking"],
  ["reading", "Reading elsewhere"],
  ["meeting", "A meeting"],
  ["outage", "An outage"],
];

const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "input"] as const;

const made = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = "",
): HTMLElementTagNameMap[Name] => {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
};

function button(text: string, test: string, does: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.dataset.test = test;
  made.addEventListener("click", does);
  return made;
}

/** The same for every tab of this machine, and never sent anywhere. */
const shared = (): number => performance.timeOrigin + performance.now();

export class Clock extends HTMLElement {
  #pulse!: Pulse;
  #queue!: Queue;
  #server!: TimeServer;
  #channel: BroadcastChannel | null = null;
  #today: Today | null = null;
  #todayAt = 0;
  #looked = 0;
  #acted = 0;
  #counted = 0;
  /** When the person last did something before it was asked whether that person still looks. */
  #asked = 0;
  #state: Attention = "here";
  #offered: Late | null = null;
  readonly #left = new Set<string>();
  readonly #figures = made("span", "clock-figures");
  readonly #question = made("div", "clock-question");
  #cameFrom: Element | null = null;

  get #prefix(): string {
    return `rubrica-beats:${this.dataset.person}:${this.dataset.project}:`;
  }

  get #terms(): Terms {
    return this.#today?.terms ?? DEFAULT_TERMS;
  }

  /** What is in hand, where the page says so. */
  get #task(): string {
    return document.querySelector<HTMLElement>("[data-assignment]")?.dataset.assignment ?? "";
  }

  connectedCallback(): void {
    if (this.#looked) return;
    this.#figures.dataset.test = "clock";
    this.#question.hidden = true;
    this.#question.setAttribute("role", "alertdialog");
    this.#question.setAttribute("aria-live", "polite");
    this.#question.dataset.test = "clock-question";
    this.replaceChildren(this.#figures, this.#question);
    this.#server = new TimeServer(`${this.dataset.api}/projects/${this.dataset.project}`, () =>
      csrfToken(document),
    );
    this.#looked = this.#acted = shared();
    if ("BroadcastChannel" in globalThis) {
      this.#channel = new BroadcastChannel(`rubrica-clock:${this.dataset.person}`);
      this.#channel.onmessage = ({ data }: MessageEvent<number>) => {
        this.#acted = Math.max(this.#acted, data);
      };
    }
    this.#open(true);
    const { locks } = navigator;
    void sendLeftovers(this.#prefix, this.#key, localStorage, locks, (...sent) => this.#server.send(...sent));
    void this.#ask();
    this.#listen();
    setInterval(() => this.#look(), LOOK_EVERY);
  }

  #key = "";

  #open(acted: boolean): void {
    const session = newKey();
    this.#key = this.#prefix + session;
    const queue = new Queue(
      session,
      this.#key,
      globalThis.localStorage,
      (...sent) => this.#server.send(...sent),
      (late) => this.#offer(late),
    );
    this.#queue = queue;
    // As long as this page is open, no other sends what it keeps.
    void navigator.locks?.request(this.#key, () => new Promise<never>(() => {}));
    const now = performance.now();
    this.#pulse = new Pulse(
      session,
      this.dataset.page ?? "workbench",
      now,
      { visible: !document.hidden, task: this.#task, acted },
      (beat) => {
        queue.add(beat);
        queueMicrotask(() => void queue.flush(this.#pulse.counter(performance.now())));
      },
    );
  }

  #listen(): void {
    for (const kind of INPUTS) {
      document.addEventListener(kind, (event) => event.isTrusted && this.#act(), {
        capture: true,
        passive: true,
      });
    }
    document.addEventListener("keydown", (event) => {
      if (this.#state === "asked" && event.altKey && event.code === "KeyY") this.#answer();
    });
    // What presses a button of the question is no key of the page's own.
    this.#question.addEventListener("keydown", (event) => {
      if (["Enter", " "].includes(event.key)) event.stopPropagation();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#heard();
      this.#pulse.show(performance.now(), !document.hidden);
      if (!document.hidden) void this.#ask();
    });
    window.addEventListener("pagehide", () => {
      this.#pulse.show(performance.now(), false);
      this.#queue.leave(this.#pulse.counter(performance.now()));
    });
    window.addEventListener("online", () => void this.#queue.flush(this.#pulse.counter(performance.now())));
  }

  #act(): void {
    const now = shared();
    if (now - this.#counted < ONE_INPUT) return;
    this.#counted = now;
    this.#pulse.act();
    this.#heard();
  }

  #heard(): void {
    const wasAway = this.#state === "away";
    this.#acted = shared();
    this.#channel?.postMessage(this.#acted);
    // A pause that was too long to be kept whole stays a question, also for those who work again.
    if (this.#state !== "asked" || this.#acted - this.#asked <= this.#terms.idle_ms) this.#become("here");
    // A pause has just ended: the server says what of it can be claimed, once it has heard so.
    if (wasAway) {
      this.#pulse.tell(performance.now());
      setTimeout(() => void this.#ask(), LOOK_EVERY);
    }
  }

  #look(): void {
    const now = shared();
    const slept = now - this.#looked > LONGEST_GAP;
    this.#looked = now;
    if (slept) this.#open(false);
    else this.#pulse.tick(performance.now(), this.#task);
    if (document.hidden) return;
    const isAsked = this.#state === "asked" && now - this.#asked <= this.#terms.idle_ms + GRACE;
    if (!isAsked) this.#become(attention(now - this.#acted, this.#terms));
    if (now - this.#todayAt > ASK_EVERY) void this.#ask();
    void this.#queue.flush(this.#pulse.counter(performance.now()));
    this.#show();
  }

  async #ask(): Promise<void> {
    this.#todayAt = shared();
    const today = await this.#server.today();
    if (!today) return;
    this.#today = today;
    this.#todayAt = shared();
    this.#show();
    if (today.idle && this.#state === "here") this.#offer(today.idle);
  }

  #become(state: Attention): void {
    if (state === this.#state) return;
    this.#state = state;
    this.dataset.attention = state;
    if (state === "asked") this.#askIfLooking();
    else if (!this.#offered) this.#close();
  }

  #askIfLooking(): void {
    this.#asked = this.#acted;
    this.#offered = null;
    this.#pose("Still looking?", "Answer within a minute, or press Alt Y, and the pause is credited.", [
      button("Yes, still looking", "still-looking", () => this.#answer()),
      button("No, I was away", "was-away", () => this.#goOn()),
    ]);
    // Nobody is interrupted in the middle of a word: what is being written keeps the focus.
    const writes = this.#cameFrom?.matches("input[type=text], textarea, select, [contenteditable]") ?? false;
    if (!writes) this.#question.querySelector("button")?.focus({ preventScroll: true });
  }

  #answer(): void {
    this.#pulse.answer(performance.now());
    this.#goOn();
  }

  #goOn(): void {
    this.#state = "here";
    this.#pulse.act();
    this.#close();
    this.#heard();
  }

  #offer(period: Late): void {
    if (this.#left.has(period.started_at) || this.#offered?.started_at === period.started_at) return;
    this.#offered = period;
    const from = new Date(period.started_at);
    const until = new Date(period.ended_at);
    const at = from.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const length = lengthWords(until.getTime() - from.getTime());
    this.#pose(`${length} from ${at} were not credited`, "Was it work? Say what for, and it is claimed.", [
      ...REASONS.map(([reason, words]) =>
        button(words, `claim-${reason}`, () => void this.#claim(period, reason)),
      ),
      button("It was not", "claim-nothing", () => this.#leave(period)),
    ]);
  }

  async #claim(period: Late, reason: ClaimReason): Promise<void> {
    const refusal = await this.#server.claim(period, reason);
    this.#left.add(period.started_at);
    this.#offered = null;
    const close = [button("Close", "claim-close", () => this.#close())];
    if (refusal) this.#pose("Nothing was claimed", refusal, close);
    else this.#pose("Claimed", "What nobody decides on in five working days is approved.", close);
  }

  #leave(period: Late): void {
    this.#left.add(period.started_at);
    this.#offered = null;
    this.#close();
  }

  #pose(title: string, detail: string, ways: readonly HTMLButtonElement[]): void {
    const heading = made("strong", "", title);
    heading.id = "clock-title";
    const text = made("p", "", detail);
    text.id = "clock-detail";
    const actions = made("div", "clock-actions");
    actions.append(...ways);
    this.#question.setAttribute("aria-labelledby", heading.id);
    this.#question.setAttribute("aria-describedby", text.id);
    if (this.#question.hidden) this.#cameFrom = document.activeElement;
    this.#question.replaceChildren(heading, text, actions);
    this.#question.hidden = false;
  }

  #close(): void {
    const hadFocus = this.#question.contains(document.activeElement);
    this.#question.hidden = true;
    this.#question.replaceChildren();
    if (hadFocus && this.#cameFrom instanceof HTMLElement) this.#cameFrom.focus({ preventScroll: true });
    this.#cameFrom = null;
  }

  #show(): void {
    if (!this.#today) return;
    const { credited_ms, idle_ms, over_cap_ms } = this.#today;
    const since = this.#state === "away" ? 0 : Math.min(shared() - this.#todayAt, ASK_EVERY);
    const figures = `${clockWords(credited_ms + (document.hidden ? 0 : since))} credited`;
    const idle = idle_ms >= 1_000 ? ` / ${lengthWords(idle_ms)} idle` : "";
    const over = over_cap_ms >= 1_000 ? ` / ${lengthWords(over_cap_ms)} over cap` : "";
    const rest = made("span", "clock-rest", idle + over);
    this.#figures.replaceChildren(figures, rest);
    this.#figures.title = `Today in this project. ${lengthWords(this.#terms.idle_ms)} of a pause are kept; what a task takes beyond ${lengthWords(this.#today.terms.task_cap_ms)} is told apart.`;
  }
}
