import { build, defineConfig, type Plugin } from "vite";

/**
 * Sections of OpenSeadragon that the workbench never asks for: formats it does not serve, drawers it does not use
 * (the WebGL one would draw nothing better here), strips and maps it does not show. Each is a closed function of its
 * own in the library's single file, begun by a comment that names it.
 */
const UNUSED = [
  "HTMLDrawer",
  "IIIFTileSource",
  "LegacyTileSource",
  "Navigator",
  "OsmTileSource",
  "ReferenceStrip",
  "TileSourceCollection",
  "TmsTileSource",
  "WebGLDrawer",
];

function slimOpenSeadragon(): Plugin {
  return {
    name: "slim-openseadragon",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith("/openseadragon/openseadragon.js")) return null;
      const unseen = new Set(UNUSED);
      const kept = code.split(/(?=\/\*\n \* OpenSeadragon - )/).filter((section) => {
        const name = /^\/\*\n \* OpenSeadragon - (\w+)/.exec(section)?.[1] ?? "";
        return !unseen.delete(name);
      });
      // Another version may be cut differently: better no build than half a viewer.
      if (unseen.size > 0) throw new Error(`OpenSeadragon has no section ${[...unseen].join(", ")}`);
      return { code: kept.join(""), map: null };
    },
  };
}

/** Hand the pages' htmx on as it was published: it is a plain script, not a part of the module. */
function htmxBeside(): Plugin {
  return {
    name: "htmx-beside",
    apply: "build",
    async buildStart() {
      const found = await this.resolve("htmx.org/dist/htmx.min.js");
      if (!found) throw new Error("htmx.org is not installed");
      this.emitFile({ type: "asset", fileName: "htmx.js", source: await this.fs.readFile(found.id) });
    },
  };
}

/** Build the pages' clock as a module of its own: every page of a project loads it, and no other part of the workbench. */
function clockBeside(): Plugin {
  return {
    name: "clock-beside",
    apply: "build",
    async closeBundle() {
      await build({
        configFile: false,
        logLevel: "warn",
        build: {
          target: "es2022",
          outDir: "dist",
          emptyOutDir: false,
          modulePreload: false,
          rolldownOptions: { input: "src/clock/main.ts", output: { entryFileNames: "clock.js" } },
        },
      });
    },
  };
}

// One ES module and one style sheet with fixed names: the page names them, the server adds the hash.
export default defineConfig({
  base: "./",
  plugins: [slimOpenSeadragon(), htmxBeside(), clockBeside()],
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    cssCodeSplit: false,
    modulePreload: false,
    license: { fileName: "licenses.md" },
    reportCompressedSize: true,
    rolldownOptions: {
      input: "src/main.ts",
      output: {
        entryFileNames: "workbench.js",
        assetFileNames: "workbench[extname]",
        codeSplitting: false,
      },
    },
  },
});
