import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The address of a server that runs already; `vite web` passes the API on to it while you work on the dashboard. */
const SERVER = "http://127.0.0.1:4780";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    license: { fileName: "third-party.md" },
    // The page's policy allows nothing inline, and every browser that runs it knows modulepreload.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The model is pure: what the page does not use of it (above all the reading of files) need not be loaded.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /experiments\/model\//, sideEffects: false }] } },
  },
  // The server refuses a foreign Origin: the proxy's requests come from its own.
  server: { proxy: { "/api": { target: SERVER, changeOrigin: true, headers: { origin: SERVER } } } },
});
