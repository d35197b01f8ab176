import { defineConfig, devices } from '@playwright/test';

/** The system's browser, kept quiet: nothing it does by itself may reach outside or draw on the tests' time. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

export default defineConfig({
  // Journeys in a browser, and clients of other chat systems at their doors.
  testDir: '.',
  testMatch: '{journeys,doors}/*.spec.ts',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 2,
  // A journey is long, most of it axe: four looks at a screen take seconds where the machine is busy.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args },
    locale: 'en-GB',
    timezoneId: 'UTC',
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
  },
});
