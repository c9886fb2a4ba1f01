import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { NoticeSettings } from '../../../shared/contract/notices.ts';
import { type ManualClock, manualClock } from '../../platform/clock.ts';
import { memoryNotifications, noNotifications } from '../../platform/notifications.ts';
import { createEventBus, createServices, type Services } from '../../services/index.ts';
import { memorySecretStore, type SecretStore } from '../../services/secret-book.ts';
import { sampleDocument, submission, tempServices } from '../../services/testing/temp-services.ts';
import { tempHome, tempStore } from '../../store/testing/temp-home.ts';
import { createNotices, type Notices } from './dispatcher.ts';

interface Bench {
  readonly services: Services;
  readonly clock: ManualClock;
  readonly notices: Notices;
  readonly shown: { title: string; body: string; route?: string }[];
  /** A pipeline of that name; its runs end as they are told. */
  pipeline(name: string, extra?: object): string;
  end(pipelineId: string, status: 'succeeded' | 'failed', reason?: string): string;
  /** Lets what was begun finish, then moves the clock on, so often. */
  pass(milliseconds: number, times?: number): Promise<void>;
}

/** What an address that a key gave may reach: public ones. */
const guard = () => ({ allowPrivate: false, ownPort: 7430 });

/** Services over a real store; `again` is the same home after a kill: nothing of the first was closed. */
async function bench(
  options: { home?: ReturnType<typeof tempHome>; store?: ReturnType<typeof tempStore> } = {},
) {
  const home = options.home ?? tempHome();
  const store = options.store ?? tempStore(home);
  const secrets: SecretStore = memorySecretStore();
  const clock = manualClock(Date.now());
  const { services, events } = servicesOn();
  const notifications = memoryNotifications();
  const notices = createNotices({
    notices: services.notices,
    events,
    notifications,
    clock,
    link: (route) => `http://127.0.0.1:7430/${route}`,
    guard,
    log: { warn() {} },
  });
  await notices.start();
  onTestFinished(() => notices.stop());

  function servicesOn() {
    const events = createEventBus();
    const documentText = { parse: () => ({ problems: [] }), print: () => '' };
    const services = createServices({ store, home, events, clock, secrets, documentText, samplesFolder: '' });
    return { services, events };
  }

  const made: Bench = {
    services,
    clock,
    notices,
    shown: notifications.shown,
    pipeline: (name, extra) => services.pipelines.create(sampleDocument(name, extra), 'window').id,
    end(pipelineId, status, reason = 'The file orders.csv does not exist.') {
      const { id } = services.runs.submit(submission(pipelineId));
      while (services.runs.claimNext()?.id !== id);
      const error = { code: 'file_missing' as const, message: reason, details: {} };
      services.runs.finish(id, 1, status === 'failed' ? { status, error } : { status }, []);
      return id;
    },
    async pass(milliseconds, times = 1) {
      for (let time = 0; time < times; time += 1) {
        clock.advance(milliseconds);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
  return { ...made, home, store };
}

const once = { retry: { attempts: 1 } };

test('a failure is told once with a link to its run; successes and a second start tell nothing', async () => {
  const { pipeline, end, pass, shown, home, store, notices } = await bench();
  const id = pipeline('Orders', once);
  end(id, 'succeeded');
  const failed = end(id, 'failed');
  await pass(1000, 10);
  expect(shown).toEqual([
    { title: '“Orders” failed', body: 'The file orders.csv does not exist.', route: `#/runs/${failed}` },
  ]);
  notices.stop();
  const again = await bench({ home, store });
  await again.pass(60_000, 3);
  expect(again.shown).toEqual([]);
});

test('fifty failures within a minute become one message that names the pipelines', async () => {
  const { pipeline, end, pass, shown } = await bench();
  const [orders, stock] = [pipeline('Orders', once), pipeline('Stock', once)];
  for (let n = 0; n < 50; n += 1) {
    end(n % 5 === 0 ? stock : orders, 'failed', `reason ${n}`);
    await pass(1000);
  }
  await pass(1000, 20);
  expect(shown).toHaveLength(1);
  expect(shown[0]?.title).toBe('50 runs failed');
  expect(shown[0]?.body).toContain('“Orders” failed 40 times. The last time: reason 49');
  expect(shown[0]?.body).toContain('“Stock” failed 10 times. The last time: reason 45');
});

test('a failure that could not be noted at first is told with the next one', async () => {
  const { pipeline, end, pass, shown, store } = await bench();
  const id = pipeline('Orders', once);
  const add = vi.spyOn(store.notices, 'add').mockImplementation(() => {
    throw new Error('no room');
  });
  end(id, 'failed');
  await pass(1000, 3);
  add.mockRestore();
  end(id, 'failed');
  await pass(1000, 20);
  expect(shown.map(({ title }) => title)).toEqual(['2 runs failed']);
});

test('the first success after a failure is a recovery for who asked for it', async () => {
  const { pipeline, end, pass, shown, services } = await bench();
  await services.notices.save({ settings: { system: { on: true, events: ['failed', 'recovered'] } } });
  const id = pipeline('Orders', once);
  end(id, 'failed');
  await pass(10_000, 2);
  end(id, 'succeeded');
  end(id, 'succeeded');
  await pass(10_000, 12);
  expect(shown.map(({ title }) => title)).toEqual(['“Orders” failed', '“Orders” works again']);
});

test('muted pipelines, the sandbox, and channels that are off tell nothing', async () => {
  const { pipeline, end, pass, shown, services } = await bench();
  const [muted, other] = [pipeline('Muted', once), pipeline('Other', once)];
  await services.notices.save({ settings: { muted: [muted] } });
  end(muted, 'failed');
  const { id } = services.runs.submit(submission(other, { environment: 'sandbox' }));
  services.runs.claimNext();
  services.runs.finish(id, 1, { status: 'failed' }, []);
  await pass(10_000, 8);
  await services.notices.save({ settings: { system: { on: false, events: ['failed'] } } });
  end(other, 'failed');
  await pass(10_000, 8);
  expect(shown).toEqual([]);
});

test('a run that is not over in its time is late, once; so is one that a schedule could not start', async () => {
  const { pipeline, pass, shown, services, store } = await bench();
  await services.notices.save({ settings: { system: { on: true, events: ['late'] } } });
  const id = pipeline('Nightly', { lateAfter: '10m' });
  const plain = pipeline('Plain');
  services.runs.submit(submission(id));
  services.runs.submit(submission(plain));
  services.runs.submit(submission(plain, { trigger: 'schedule' }));
  await pass(9 * 60_000);
  expect(store.events.after(0, 100).filter(({ type }) => type === 'run.late')).toEqual([]);
  await pass(15_000, 8);
  expect(shown.map(({ title }) => title)).toEqual(['“Nightly” is late']);
  await pass(60_000, 8);
  expect(shown.map(({ title }) => title)).toEqual(['“Nightly” is late', '“Plain” is late']);
  expect(store.events.after(0, 100).filter(({ type }) => type === 'run.late')).toHaveLength(2);
});

test('what a kill left unsent is sent after the next start', async () => {
  const first = await bench();
  const id = first.pipeline('Orders', once);
  first.end(id, 'failed');
  await first.pass(1000);
  expect(first.shown).toEqual([]);
  // No stop: the process is gone.
  const again = await bench(first);
  await again.pass(10_000, 2);
  expect(again.shown.map(({ title }) => title)).toEqual(['“Orders” failed']);
});

/** A mail server of this machine that keeps what it takes. */
async function mailServer(options: SMTPServerOptions = {}) {
  const taken: { to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk) => {
        text += chunk;
      });
      stream.on('end', () => {
        taken.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  return { taken, port: (server.server.address() as AddressInfo).port };
}

const email = (port: number, more: Partial<NoticeSettings['email']> = {}): NoticeSettings['email'] => ({
  on: true,
  events: ['failed'],
  host: '127.0.0.1',
  port,
  security: 'none',
  user: '',
  from: 'Sluice <sluice@example.test>',
  to: ['ada@example.test', 'bo@example.test'],
  ...more,
});

test('an e-mail goes to everybody named, signed in where a user is set', async () => {
  const { taken, port } = await mailServer({
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'ada' && password === 'right'
        ? done(null, { user: 'ada' })
        : done(new Error('No such user')),
  });
  const { services, notices, pipeline, end, pass } = await bench();
  await services.notices.save({ settings: { email: email(port, { user: 'ada' }) }, password: 'wrong' });
  expect(await notices.test('email')).toMatchObject({
    sent: false,
    message: expect.stringMatching(/did not accept the user and password\. It said: 535.*No such user/),
  });
  await services.notices.save({ settings: {}, password: 'right' });
  expect(await notices.test('email')).toMatchObject({ sent: true });
  const failed = end(pipeline('Orders\r\nBcc: eve@example.test', once), 'failed');
  await pass(10_000);
  await expect.poll(() => taken.length).toBe(2);
  expect(taken[1]?.to).toEqual(['ada@example.test', 'bo@example.test']);
  expect(taken[1]?.text.replace(/=\r\n/g, '')).toContain(`http://127.0.0.1:7430/#/runs/${failed}`);
  expect(taken[1]?.text).not.toMatch(/^Bcc:/m);
});

test('a mail server that cannot be used is told in plain words', async () => {
  const { services, notices } = await bench();
  const { port } = await mailServer();
  const asks = async (more: Partial<NoticeSettings['email']>) => {
    await services.notices.save({ settings: { email: email(port, more) } });
    return (await notices.test('email')).message;
  };
  expect(await asks({ port: 1 })).toMatch(/^Nothing answers at 127.0.0.1:1\./);
  expect(await asks({ host: 'no-such-host.invalid' })).toMatch(/^There is no server named no-such-host/);
  expect(await asks({ security: 'starttls' })).toMatch(/offers no encryption \(STARTTLS\)/);
  expect(await asks({ security: 'tls' })).toMatch(/does not speak TLS from the first byte/);
  const refusing = await mailServer({
    onRcptTo: (_address, _session, done) => done(new Error('No mailbox of that name')),
  });
  expect(await asks({ port: refusing.port })).toMatch(/did not accept the sender or a receiver.*No mailbox/);
});

/** A chat server of this machine: answers what it is told to. */
async function chatServer() {
  const state = { status: 200, taken: [] as string[] };
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (state.status === 200) state.taken.push((JSON.parse(body) as { text: string }).text);
      response.writeHead(state.status).end(state.status === 200 ? 'ok' : 'invalid_token');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/secret` };
}

test('a chat message that is not taken is tried again, later and later, and then given up and said', async () => {
  const { state, url } = await chatServer();
  const { services, notices, pipeline, end, pass } = await bench();
  const chat = { on: true, events: ['failed' as const] };
  await services.notices.save({ settings: { chat, system: { on: false, events: [] } }, chatUrl: url });
  expect(notices.view()).toMatchObject({ chatUrl: expect.stringMatching(/^http:\/\/127.0.0.1:\d+\/…cret$/) });
  state.status = 403;
  const id = pipeline('A <b> & c', once);
  end(id, 'failed');
  const chatState = () => notices.view().channels.find(({ channel }) => channel === 'chat');
  await pass(10_000, 2);
  await expect.poll(() => chatState()?.error).toMatch(/answered 403\. It said: invalid_token/);
  state.status = 200;
  await pass(30_000, 3);
  await expect.poll(() => state.taken.length).toBe(1);
  expect(state.taken[0]).toMatch(
    /^\*“A &lt;b&gt; &amp; c” failed\*\n.*\n<http:\/\/127.0.0.1:7430\/#\/runs\/.*\|Open in Sluice>$/,
  );
  expect(chatState()).toMatchObject({ error: null, waiting: 0, lastSentAt: expect.any(String) });
  state.status = 500;
  end(id, 'failed');
  for (let time = 0; time < 40; time += 1) {
    await pass(10 * 60_000);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await expect.poll(() => chatState()).toMatchObject({ waiting: 0, error: expect.stringMatching(/500/) });
});

test.each([
  [{ email: email(25, { host: '' }) }, {}, /name of the mail server/],
  [{ email: email(25, { to: [] }) }, {}, /at least one address/],
  [{ email: email(25, { to: ['nobody'] }) }, {}, /"nobody" is no e-mail address/],
  [{ email: email(25, { user: 'ada' }) }, {}, /password of the mail account/],
  [
    { email: email(25, { user: 'ada', host: 'mail.example.test' }) },
    { password: 'x' },
    /not sent in the clear/,
  ],
  [{ chat: { on: true, events: [] } }, {}, /address of the chat webhook/],
  [{}, { chatUrl: 'http://hooks.example.test/x' }, /must begin with https/],
  [{}, { chatUrl: 'hooks' }, /no web address/],
] as [Partial<NoticeSettings>, object, RegExp][])(
  'settings that cannot work are refused: %#',
  async (settings, secret, why) => {
    const { services } = tempServices();
    await expect(services.notices.save({ settings, ...secret })).rejects.toThrow(why);
  },
);

test('where the head has no messages of the system, the channel says so and nothing waits for it', async () => {
  const { services, clock } = await bench();
  const notices = createNotices({
    notices: services.notices,
    events: createEventBus(),
    notifications: noNotifications,
    clock,
    link: (route) => route,
    guard,
    log: { warn() {} },
  });
  expect(notices.view().systemAvailable).toBe(false);
  expect(await notices.test('system')).toMatchObject({
    sent: false,
    message: expect.stringMatching(/without a desktop/),
  });
});

test('a fire whose run is not accepted is told as a failure and leads to its trigger; asked for by hand it is not', async () => {
  const { pipeline, pass, shown, services, store } = await bench();
  const id = pipeline('Orders', { parameters: { count: { type: 'integer' } } });
  const { id: triggerId } = await services.triggers.create(id, {
    name: 'Shop',
    config: { kind: 'webhook', perMinute: 10 },
    parameters: { count: '{body.count}' },
    environment: 'live',
    startAt: null,
    endAt: null,
  });
  const begin = store.events.newest();
  expect(() => services.triggers.runNow(triggerId)).toThrow();
  expect(store.events.newest()).toBe(begin);
  const fire = services.triggers.called(triggerId, { slot: 'call/1', body: { count: 'many' } });
  expect(fire.outcome).toBe('failed');
  services.triggers.called(triggerId, { slot: 'call/1', body: { count: 'many' } });
  expect(store.events.after(begin, 10)).toMatchObject([
    {
      type: 'trigger.failed',
      pipelineId: id,
      data: { triggerId, kind: 'webhook', name: 'Shop', pipelineName: 'Orders', reason: fire.reason },
    },
  ]);
  await pass(1000, 10);
  expect(shown).toEqual([
    {
      title: '“Orders” was not started',
      body: `“Shop”: ${fire.reason}`,
      route: `#/schedules/${triggerId}`,
    },
  ]);
});

test('a webhook that its endpoint let down is told once with the way to it; one paused by hand is not', async () => {
  const { pipeline, pass, shown, services } = await bench();
  const url = 'http://127.0.0.1:9/hook';
  const { webhook } = await services.webhooks.create({ url, name: 'Shop', shape: 'sluice' }, 'window');
  services.webhooks.pause(webhook.id);
  services.webhooks.resume(webhook.id, 'send');
  pipeline('Orders');
  const [delivery] = services.webhooks.outbox.due(webhook.id, [], 1);
  if (!delivery) throw new Error('nothing was to be sent');
  const message = 'The endpoint answered 410.';
  const at = new Date().toISOString();
  const attempt = {
    time: at,
    milliseconds: 1,
    statusCode: 410,
    error: 'status' as const,
    message,
    answer: null,
  };
  services.webhooks.outbox.record([{ delivery, attempt, stopFor: 'gone' }]);
  services.webhooks.update({ id: webhook.id, name: 'Shop' }, 'window');
  await pass(1000, 80);
  expect(shown).toEqual([
    {
      title: 'The webhook “Shop” was paused',
      body: `${message} Events wait until it is resumed.`,
      route: `#/webhooks/${webhook.id}`,
    },
  ]);
});
