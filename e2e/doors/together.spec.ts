import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { devices } from '@playwright/test';
import { Client } from '@stomp/stompjs';
import { WebSocket } from 'ws';
import { expectAccessible } from '../kit/axe.ts';
import { call, type Ear, expect, test } from '../kit/doors.ts';
import { HEARD, PASSWORD, Somebody } from '../kit/mern.ts';
import type { Screen } from '../kit/person.ts';
import type { Entry, Server } from '../kit/server.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 5'] ?? {};
const PHONE = { ...pixel, viewport: { width: 360, height: 740 }, locale: 'en-GB' };
const DESK = { viewport: { width: 1280, height: 800 } };
const SOON = { intervals: [10, 25, 50, 100] };
const GROUP = 'Lunch';

/** What this story needs of the package, which has no types of its own. */
interface Plain {
  on(event: 'message', told: (bytes: Buffer) => void): void;
  send(text: string): void;
  close(): void;
}
const Plain = WebSocket as unknown as new (url: string, options: { headers: Record<string, string> }) => Plain;

/** One member, whatever their client. */
interface Member {
  name: string;
  say(text: string): unknown;
  /** The texts it was told, in order. */
  heard(): string[] | Promise<string[]>;
  /** Their client is told what they say themselves. */
  echoes: boolean;
}

async function signUp(server: Server, path: string, name: string) {
  const username = name.toLowerCase();
  const ask = { username, name, email: `${username}@example.org`, password: PASSWORD };
  const { status, body } = await call(server, 'POST', path, ask);
  expect(status).toBe(201);
  return body;
}

async function overSockets(server: Server, name: string, group: () => string) {
  const { token } = await signUp(server, '/api/signup', name);
  const socket = new Plain(`${server.url.replace('http', 'ws')}/chat`, { headers: { Authorization: `Bearer ${token}` } });
  const heard: { type: string; content: string }[] = [];
  socket.on('message', (bytes) => heard.push(JSON.parse(String(bytes))));
  await once(socket as unknown as NodeJS.EventEmitter, 'open');
  const member: Member = {
    name,
    say: (content) => {
      socket.send(JSON.stringify({ type: 'new_message', conversationId: group(), content, clientId: randomUUID() }));
    },
    heard: () => heard.flatMap(({ type, content }) => (type === 'new_message' ? [content] : [])),
    echoes: false,
  };
  return { socket, member };
}

async function overStomp(server: Server, name: string, group: () => string) {
  const { token } = await signUp(server, '/auth/sign-up', name);
  const client = new Client({
    webSocketFactory: () => new WebSocket(`${server.url.replace('http', 'ws')}/stomp`, ['v12.stomp']) as never,
    connectHeaders: { Authorization: `Bearer ${token}` },
    reconnectDelay: 0,
  });
  const [heard, errors]: [string[], string[]] = [[], []];
  client.onStompError = (frame) => errors.push(frame.body);
  await new Promise<void>((connected) => {
    client.onConnect = () => connected();
    client.activate();
  });
  const subscribe = () =>
    new Promise<void>((done) => {
      client.watchForReceipt('subscribed', () => done());
      client.subscribe(`/topic/conversation.${group()}`, ({ body }) => heard.push(JSON.parse(body).content), {
        receipt: 'subscribed',
      });
    });
  const member: Member = {
    name,
    say: (content) =>
      client.publish({
        destination: `/app/conversation.${group()}`,
        body: JSON.stringify({ content, clientId: randomUUID() }),
      }),
    heard: () => heard,
    echoes: true,
  };
  return { client, errors, subscribe, member };
}

function bySocketIo(name: string, ear: Ear, field: string, event: string, say: Member['say']): Member {
  return { name, say, heard: () => ear.texts(event, field), echoes: false };
}

/** Somebody at a screen; what stands there more than once is found more than once. */
function onScreen(name: string, screen: Screen, texts: readonly string[]): Member {
  return {
    name,
    say: (text) => screen.say(text),
    heard: async () =>
      (await screen.log.getByRole('article').allTextContents()).flatMap((row) => texts.filter((text) => row.includes(text))),
    echoes: true,
  };
}

test('a client of each kind and two native browsers hold one conversation together', async ({
  server,
  ear,
  person,
}, testInfo) => {
  const texts: string[] = [];
  let conversation = '';
  const group = () => conversation;
  const alice = await person('Alice', DESK);
  const bob = await person('Bob', PHONE);
  const mia = await Somebody.register(server, 'Mia');
  const dora = await signUp(server, '/api/auth/signup', 'Dora');
  const [mias, doras] = [ear(), ear({ auth: { token: dora.accessToken } })];
  await mia.setUp(mias);
  await doras.connected();
  const sven = await overSockets(server, 'Sven', group);
  const tess = await overStomp(server, 'Tess', group);

  await alice.screen.startGroup(GROUP, ['Bob', 'Mia', 'Dora', 'Sven', 'Tess']);
  conversation = alice.screen.conversation();
  await bob.screen.openChat(GROUP);
  mias.socket.emit('join chat', conversation);
  await mias.upToDate();
  await tess.subscribe();

  const members: Member[] = [
    onScreen('Alice', alice.screen, texts),
    onScreen('Bob', bob.screen, texts),
    bySocketIo('Mia', mias, 'content', HEARD, (text) => mia.say(conversation, text)),
    bySocketIo('Dora', doras, 'message', 'messageReceived', (message) =>
      doras.socket.timeout(20_000).emitWithAck('sendMessage', { conversationId: conversation, message, clientId: randomUUID() }),
    ),
    sven.member,
    tess.member,
  ];
  const log = async (): Promise<string[]> => {
    const address = `/api/v1/conversations/${conversation}/log?after=0&limit=500`;
    const { entries } = (await call(server, 'GET', address, undefined, dora.accessToken)).body;
    return entries.flatMap(({ message }: Entry) => (message ? [message.text] : []));
  };
  const said = new Map<Member, string[]>(members.map((member) => [member, []]));
  /** Everybody was told all that was said, once, in the order of the log. */
  const agree = async () => {
    await expect.poll(async () => (await log()).toSorted(), SOON).toEqual(texts.toSorted());
    const order = await log();
    for (const member of members) {
      const wanted = member.echoes ? order : order.filter((text) => !said.get(member)?.includes(text));
      await expect.poll(() => member.heard(), { ...SOON, message: member.name }).toEqual(wanted);
    }
  };
  const says = (member: Member, text: string) => {
    texts.push(text);
    said.get(member)?.push(text);
    return member.say(text);
  };

  // Who writes at a door is seen at the screens.
  mias.socket.emit('typing', conversation);
  const writes = [alice, bob].map(({ page }) => page.getByRole('status').filter({ hasText: 'typing' }));
  await Promise.all(writes.map((line) => expect(line).toHaveText(/Mia.* is typing…/)));
  mias.socket.emit('stop typing', conversation);
  await Promise.all(writes.map((line) => expect(line).toHaveCount(0)));

  // One after the other: the order is known.
  for (const member of members) {
    await says(member, `${member.name} was here`);
    await agree();
  }
  expect(await log()).toEqual(texts);
  // All at once: the order is that of the log, the same for all.
  await Promise.all(members.map((member) => says(member, `${member.name} goes now`)));
  await agree();
  expect([tess.errors, mias.ends, doras.ends]).toEqual([[], [], []]);

  for (const { name, page } of [alice, bob]) {
    await testInfo.attach(`${name}, ${page.viewportSize()?.width} px`, {
      body: await page.screenshot(),
      contentType: 'image/png',
    });
  }
  await expectAccessible(alice.page, 'six clients, wide', ['desktop']);
  await expectAccessible(bob.page, 'six clients, narrow', ['phone']);
  // Nothing came twice, nor later.
  await agree();
  sven.socket.close();
  await tess.client.deactivate();
});
