// Runs the tests as esbuild bundles them: Node.js itself reads no TypeScript but the simplest.
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const outdir = mkdtempSync(join(tmpdir(), "paddlex-nb-parts-"));
try {
  await build({
    entryPoints: globSync("test/*.test.mjs"),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    sourcemap: "inline",
    logLevel: "warning",
  });
  const bundles = globSync(join(outdir, "*.test.mjs"));
  const options = ["--enable-source-maps", "--test", ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, [...options, ...bundles], { stdio: "inherit" });
  process.exitCode = bundles.length > 0 ? (status ?? 1) : 1;
} finally {
  rmSync(outdir, { recursive: true });
}
