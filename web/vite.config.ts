import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Address of a running server; `vite web` forwards the API to this address during dashboard development. */
const SERVER = "http://127.0.0.1:4780";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    license: { fileName: "third-party.md" },
    // The page's policy forbids inline code, and every browser that runs the page knows modulepreload.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The model is pure: unused parts of the model (above all the reading of files) need not be loaded.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /experiments\/model\//, sideEffects: false }] } },
  },
  // The server refuses a foreign Origin: the proxy sends the server's own.
  server: { proxy: { "/api": { target: SERVER, changeOrigin: true, headers: { origin: SERVER } } } },
});
