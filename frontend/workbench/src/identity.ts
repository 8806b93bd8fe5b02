/** New keys for answers and marks. */

/** A random UUID. Only secure pages have `randomUUID`; an instance on a plain intranet address has the numbers. */
export function newKey(): string {
  if ("randomUUID" in crypto) return crypto.randomUUID();
  const random: Uint8Array = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  random[6] = ((random[6] ?? 0) & 0x0f) | 0x40;
  random[8] = ((random[8] ?? 0) & 0x3f) | 0x80;
  const digits = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
