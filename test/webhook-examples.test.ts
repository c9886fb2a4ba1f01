import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hookBench } from '../src/main/outbound/webhooks/testing/bench.ts';
import { startReceiver } from '../src/main/outbound/webhooks/testing/receiver.ts';
import { type VerifyLanguage, verifySnippets } from '../src/renderer/features/webhooks/verify-snippets.ts';

/** The examples of the guide, run as a receiver would run them, on deliveries that were really sent. */

const guide = readFileSync(join(import.meta.dirname, '../docs/webhooks.md'), 'utf8');
const fences: Record<VerifyLanguage, string> = { python: 'python', javascript: 'javascript', shell: 'sh' };

const calls: Record<VerifyLanguage, { file: string; program: string; tail: string }> = {
  python: {
    file: 'verify.py',
    program: 'python3',
    tail: "import sys\nprint('genuine' if is_genuine(sys.argv[1], open('body.json', 'rb').read(), sys.argv[2]) else '')",
  },
  javascript: {
    file: 'verify.mjs',
    program: process.execPath,
    tail: "import { readFileSync } from 'node:fs';\nconst [, , secret, signature] = process.argv;\nif (isGenuine(secret, readFileSync('body.json'), signature)) console.log('genuine');",
  },
  shell: { file: 'verify.sh', program: 'sh', tail: '' },
};

function present(language: VerifyLanguage): boolean {
  const program = language === 'shell' ? 'openssl' : calls[language].program;
  return spawnSync(program, [language === 'shell' ? 'version' : '--version']).status === 0;
}

for (const language of ['python', 'javascript', 'shell'] as const) {
  test(`the ${language} example stands in the guide as the window shows it`, () => {
    expect(guide).toContain(`\`\`\`${fences[language]}\n${verifySnippets[language]}\n\`\`\``);
  });

  test.runIf(present(language))(
    `the ${language} example takes a delivery and refuses a changed one`,
    async () => {
      const receiver = await startReceiver();
      const bench = hookBench();
      for (const secret of [undefined, 'a secret of my own?'.replaceAll(' ', '-')]) {
        const hook = await bench.hook({ url: receiver.url, secret });
        const { length } = receiver.received;
        bench.services.webhooks.test(hook.id);
        await receiver.count(length + 1);
        const sent = receiver.received.at(-1);
        const signature = String(sent?.headers['x-signature']);
        const body = sent?.body ?? '';
        expect(verdict(language, hook.secret, body, signature)).toBe('genuine');
        expect(verdict(language, hook.secret, `${body} `, signature)).toBe('');
        expect(verdict(language, `${hook.secret}x`, body, signature)).toBe('');
        expect(
          verdict(
            language,
            hook.secret,
            body,
            signature.replace(/^./, (first) => (first === '0' ? '1' : '0')),
          ),
        ).toBe('');
      }
    },
  );
}

function verdict(language: VerifyLanguage, secret: string, body: string, signature: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-verify-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { file, program, tail } = calls[language];
  writeFileSync(join(folder, 'body.json'), body);
  writeFileSync(join(folder, file), `${verifySnippets[language]}\n${tail}\n`);
  const { stdout, stderr } = spawnSync(program, [file, secret, signature], {
    cwd: folder,
    env: { ...process.env, SECRET: secret, SIGNATURE: signature },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim();
}
