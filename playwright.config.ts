import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/kit/browser.ts';

const chromium = findChromium();

/** Two workers, each with a browser and a server on a home folder of its own; tests of one file stay in one worker. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.test.ts',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 2,
  retries: 0,
  outputDir: 'test-results',
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(chromium && { executablePath: chromium }),
      args: [
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});
