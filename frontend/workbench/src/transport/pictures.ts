/** Pictures fetched and decoded ahead of their turn, so that the next one paints at once. */

import { ApiError } from "./api.ts";
import { backoff } from "./outbox.ts";

export interface Decoded {
  readonly width: number;
  readonly height: number;
  /**
   * The full picture and its halves, quarters …: largest first. Every taker gets one of its own, for a viewer empties it
   * when it is done with it, and the same picture may stand in two.
   */
  level(index: number): CanvasRenderingContext2D;
  readonly levels: readonly { readonly width: number; readonly height: number }[];
}

interface Shelved {
  readonly ready: Promise<Decoded>;
  decoded: Decoded | null;
}

const TRIES = 3;
/** Halving stops here: nothing is ever shown smaller. */
const SMALLEST = 256;

export class Pictures {
  readonly #shelf = new Map<string, Shelved>();

  constructor(
    private readonly load: (url: string) => Promise<Blob>,
    private readonly pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  /** The decoded picture, if it is here already. */
  peek(url: string): Decoded | null {
    return this.#shelf.get(url)?.decoded ?? null;
  }

  get(url: string): Promise<Decoded> {
    const known = this.#shelf.get(url);
    if (known) return known.ready;
    const ready = this.#fetch(url).then(decode);
    const shelved: Shelved = { ready, decoded: null };
    this.#shelf.set(url, shelved);
    ready.then(
      (decoded) => {
        shelved.decoded = decoded;
      },
      // A failure is not remembered: asking again tries again.
      () => this.#shelf.delete(url),
    );
    return ready;
  }

  /** Keeps these, forgets the rest. */
  keep(urls: readonly string[]): void {
    for (const url of this.#shelf.keys()) if (!urls.includes(url)) this.#shelf.delete(url);
  }

  async #fetch(url: string): Promise<Blob> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.load(url);
      } catch (error) {
        const passing = error instanceof ApiError && error.fault === "unreachable";
        if (!passing || attempt >= TRIES) throw error;
        await this.pause(backoff(attempt, 0));
      }
    }
  }
}

async function decode(blob: Blob): Promise<Decoded> {
  const image = new Image();
  const source = URL.createObjectURL(blob);
  image.src = source;
  await image.decode().finally(() => URL.revokeObjectURL(source));
  const levels = sizes(image.naturalWidth, image.naturalHeight);
  const drawn = new Map<number, CanvasRenderingContext2D>();
  const lent = new WeakSet<CanvasRenderingContext2D>();
  const ready = (index: number): CanvasRenderingContext2D => {
    const size = levels[index] ?? { width: image.naturalWidth, height: image.naturalHeight };
    const known = drawn.get(index);
    // The viewer empties a canvas when it is done with it.
    if (known && known.canvas.width === size.width) return known;
    const from = index === 0 ? image : ready(index - 1).canvas;
    const context = draw(from, size.width, size.height);
    drawn.set(index, context);
    return context;
  };
  for (let index = 0; index < levels.length; index += 1) {
    await idle();
    ready(index);
  }
  const level = (index: number): CanvasRenderingContext2D => {
    const context = ready(index);
    const { canvas } = context;
    if (lent.has(context)) return draw(canvas, canvas.width, canvas.height);
    lent.add(context);
    return context;
  };
  return { width: image.naturalWidth, height: image.naturalHeight, levels, level };
}

/** Drawing ahead takes the page's idle moments: it must not hold up the picture that is wanted now. */
const idle = (): Promise<unknown> =>
  new Promise((resolve) => {
    // Safari has no idle callback.
    if ("requestIdleCallback" in globalThis) requestIdleCallback(resolve, { timeout: 100 });
    else setTimeout(resolve);
  });

/** Each level is half the one before: halving averages whole pixels, so that nothing shimmers when zoomed out. */
export function sizes(width: number, height: number): { width: number; height: number }[] {
  const found = [{ width, height }];
  for (let w = width, h = height; Math.min(w, h) >= 2 * SMALLEST; ) {
    w = Math.floor(w / 2);
    h = Math.floor(h / 2);
    found.push({ width: w, height: h });
  }
  return found;
}

function draw(from: CanvasImageSource, width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot draw pictures.");
  context.imageSmoothingQuality = "high";
  context.drawImage(from, 0, 0, width, height);
  return context;
}
