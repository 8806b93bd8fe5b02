/** Feeds OpenSeadragon from what is decoded already, so that nothing is fetched or decoded twice. */

import OpenSeadragon from "openseadragon";
import type { Tiles } from "../state/wire.ts";
import type { Decoded } from "../transport/pictures.ts";

/** One tile a level: the picture, its half, its quarter … The viewer counts levels from the smallest. */
class DecodedSource extends OpenSeadragon.TileSource {
  constructor(
    private readonly decoded: Decoded,
    private readonly name: string,
  ) {
    const { width, height, levels } = decoded;
    super({
      width,
      height,
      tileWidth: width,
      tileHeight: height,
      // Of tiles that do not overlap the viewer draws each a pixel too large, against seams. Here there is no seam,
      // and that pixel would keep 1:1 from being 1:1.
      tileOverlap: 1,
      minLevel: 0,
      maxLevel: levels.length - 1,
      ready: true,
    });
  }

  #index(level: number): number {
    return this.maxLevel - level;
  }

  override getLevelScale(level: number): number {
    return (this.decoded.levels[this.#index(level)]?.width ?? 0) / this.decoded.width;
  }

  override getNumTiles(): OpenSeadragon.Point {
    return new OpenSeadragon.Point(1, 1);
  }

  override getTileUrl(level: number): string {
    return `${this.name}#${level}`;
  }

  override getTilePostData(level: number): number {
    return level;
  }

  override downloadTileStart(job: OpenSeadragon.ImageJob): void {
    job.finish(this.decoded.level(this.#index(Number(job.postData))), null, "context2d");
  }

  override downloadTileAbort(): void {}
}

/** The layers of one picture: what is decoded paints at once; tiles, where there are any, sharpen it. */
export function layersOf(
  name: string,
  decoded: Decoded,
  tiles: Tiles | null,
  full: { readonly width: number; readonly height: number },
): OpenSeadragon.TileSource[] {
  const layers: OpenSeadragon.TileSource[] = [new DecodedSource(decoded, name)];
  if (tiles) {
    layers.push(
      new OpenSeadragon.DziTileSource({
        width: full.width,
        height: full.height,
        tileSize: tiles.tile_size,
        tileOverlap: tiles.overlap,
        tilesUrl: tiles.url,
        fileFormat: tiles.format,
      } as never),
    );
  }
  return layers;
}
