import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test",
  // Machines that do several things at once are slow, not wrong.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  // Stories type and move the focus while an engine works beside them: two at once take no less time, and disturb each other.
  workers: 1,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    viewport: { width: 1280, height: 800 },
    timezoneId: "America/New_York",
    permissions: ["clipboard-read", "clipboard-write"],
  },
});
