/**
 * The beats of one page: that it is visible, how often its person did something, and nothing else.
 *
 * Time is the page's own counter in milliseconds; the server alone knows what o'clock it is.
 */

export const BEAT_EVERY = 15_000;
/** Beyond this between two looks at the counter the machine was asleep, and what follows is told as another page. */
export const LONGEST_GAP = 45_000;
const MOST_INPUTS = 10_000;

export interface Beat {
  readonly number: number;
  readonly counter: number;
  readonly page: string;
  readonly task: string;
  readonly visible: boolean;
  readonly inputs: number;
  readonly answered: boolean;
}

export class Pulse {
  #number = 0;
  #inputs: number;
  #answered = false;
  #visible: boolean;
  #task: string;
  #last: number;
  readonly #opened: number;

  constructor(
    readonly session: string,
    private readonly page: string,
    now: number,
    { visible = true, task = "", acted = true } = {},
    private readonly told: (beat: Beat) => void = () => {},
  ) {
    this.#opened = now;
    this.#last = now;
    this.#visible = visible;
    this.#task = task;
    // Opening a page is doing something; waking up is not.
    this.#inputs = acted ? 1 : 0;
    this.#beat(now, visible);
  }

  counter(now: number): number {
    return Math.max(0, Math.round(now - this.#opened));
  }

  /** The person did something. */
  act(): void {
    this.#inputs += 1;
  }

  /** The person is still looking. */
  answer(now: number): void {
    this.#answered = true;
    this.tell(now);
  }

  /** Beats at once, where something is worth telling. */
  tell(now: number): void {
    if (this.#visible) this.#beat(now, true);
  }

  /** Looks at the time, and at what is in hand. */
  tick(now: number, task: string): void {
    if (task !== this.#task) {
      if (this.#visible) this.#beat(now, true);
      this.#task = task;
    } else if (this.#visible && now - this.#last >= BEAT_EVERY) {
      this.#beat(now, true);
    }
  }

  /** What was visible until now is told before it is hidden, and that it was hidden when it is seen again. */
  show(now: number, visible: boolean): void {
    if (visible === this.#visible) return;
    this.#beat(now, this.#visible);
    this.#visible = visible;
    if (visible) this.#inputs += 1;
  }

  #beat(now: number, visible: boolean): void {
    this.#last = now;
    this.told({
      number: this.#number++,
      counter: this.counter(now),
      page: this.page,
      task: this.#task,
      visible,
      inputs: Math.min(this.#inputs, MOST_INPUTS),
      answered: this.#answered,
    });
    this.#inputs = 0;
    this.#answered = false;
  }
}
