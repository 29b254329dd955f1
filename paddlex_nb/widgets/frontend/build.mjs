// One ES module and one style sheet for each part. No code splitting: hosts load the bundle from
// a blob, so that a relative chunk could not be found.
import { build } from "esbuild";

const parts = [
  "file_drop",
  "image_grid",
  "line_chart",
  "matrix_view",
  "record_table",
  "run_tools",
  "stat_plot",
];

await build({
  entryPoints: parts.flatMap((part) => [`src/${part}.ts`, `src/${part}.css`]),
  outdir: "../static",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"], // the first with color-mix()
  define: { "define.amd": "false" },
  legalComments: "inline",
  logLevel: "warning",
});
