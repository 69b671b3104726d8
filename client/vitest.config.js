// How the client is tested: as it is built (same aliases, same JSX), in a page made of happy-dom.
import { defineConfig, mergeConfig } from "vitest/config";
import built from "./vite.config.js";

export default mergeConfig(
  built,
  defineConfig({
    test: {
      environment: "happy-dom",
      include: ["**/*.test.{js,jsx}"],
      restoreMocks: true,
      unstubGlobals: true,
      // Bounds for what hangs; a slow machine is not a wrong program.
      testTimeout: 100_000,
      hookTimeout: 100_000,
      teardownTimeout: 100_000,
    },
  }),
);
