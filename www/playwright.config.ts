import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test",
  // Machines that do several things at once are slow, not wrong.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    viewport: { width: 1280, height: 800 },
    timezoneId: "America/New_York",
    permissions: ["clipboard-read", "clipboard-write"],
  },
});
